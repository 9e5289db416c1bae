"""``crm.automatedsolution.*``: digital workplaces, which group smart processes."""
