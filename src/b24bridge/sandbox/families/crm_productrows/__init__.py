"""Product rows of CRM records: ``crm.item.productrow.*`` and ``crm.deal.productrows.*``."""
