"""``crm.duplicate.findbycomm``: who has this phone or this mail address."""
