"""Sites and pages of a portal that has none yet."""
