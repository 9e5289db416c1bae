"""``events`` and ``event.*``: handlers and the offline queue."""
