"""``crm.currency.*``: currencies and how they are written in each language."""
