"""``crm.deal.userfield.*`` and its relatives, and what ``crm.userfield.*`` says about user fields."""
