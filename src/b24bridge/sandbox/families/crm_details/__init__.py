"""``crm.*.details.configuration.*``: how the cards of CRM records are laid out."""
