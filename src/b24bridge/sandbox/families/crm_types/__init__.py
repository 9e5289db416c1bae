"""``crm.type.*``: smart processes, the portal's own kinds of records."""
