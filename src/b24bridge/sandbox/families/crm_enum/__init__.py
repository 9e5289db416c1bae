"""``crm.enum.*``: the fixed lists of the CRM."""
