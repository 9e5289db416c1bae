"""``crm.category.*`` and ``crm.dealcategory.*``: pipelines."""
