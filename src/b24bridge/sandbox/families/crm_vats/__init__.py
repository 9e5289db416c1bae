"""``crm.vat.*``: rates of value added tax."""
