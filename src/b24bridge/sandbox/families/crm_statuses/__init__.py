"""``crm.status.*``: entries of the CRM's directories, stages among them."""
