"""``crm.requisite.*`` and ``crm.address.*``: details of companies and people, presets, banks, addresses."""
