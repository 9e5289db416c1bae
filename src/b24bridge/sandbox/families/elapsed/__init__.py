"""``task.elapseditem.*``: logged time, by position of the parameters."""
