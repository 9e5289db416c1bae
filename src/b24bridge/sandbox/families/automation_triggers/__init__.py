"""``crm.automation.trigger.*``: triggers that applications add to robots."""
