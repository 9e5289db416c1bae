"""``telephony.*``: lines, calls and records of external telephone systems."""
