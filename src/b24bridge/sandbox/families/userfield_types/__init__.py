"""Types of user fields that applications bring."""
