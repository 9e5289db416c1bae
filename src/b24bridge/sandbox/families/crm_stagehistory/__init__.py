"""``crm.stagehistory.list``: which way records went through their stages."""
