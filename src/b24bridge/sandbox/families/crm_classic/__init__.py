"""``crm.deal|lead|contact|company.*``: the classic methods over the records of ``crm.item.*``."""
