"""``crm.item.*``: records of every CRM kind under one set of methods."""
