"""``user.*``: the people of the portal."""
