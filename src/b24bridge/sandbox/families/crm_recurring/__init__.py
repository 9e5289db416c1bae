"""``crm.deal.recurring.*``: deals that come again."""
