"""``placement.*``: where applications show themselves on the portal."""
