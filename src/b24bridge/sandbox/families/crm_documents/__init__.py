"""``crm.documentgenerator.*``: documents made from templates, and their numerators."""
