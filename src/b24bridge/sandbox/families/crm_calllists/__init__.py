"""``crm.calllist.*``: lists of clients to call."""
