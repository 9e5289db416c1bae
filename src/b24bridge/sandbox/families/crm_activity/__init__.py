"""``crm.activity.*``: activities, to-dos, configurable activities, badges, bindings."""
