"""Working days, office networks and absence reports."""
