"""``crm.deal.contact.*`` and its relatives: contacts and companies bound to CRM records."""
