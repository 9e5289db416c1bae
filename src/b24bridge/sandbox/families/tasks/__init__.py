"""``tasks.task.*`` of REST 2."""
