"""``calendar.*``: calendars, events, resources, and how people see them."""
