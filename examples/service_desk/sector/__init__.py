"""Module ``sector``: open tickets of the 1C sector by stage and employee."""
