"""Module ``time``: hours logged by week, employee and task."""
