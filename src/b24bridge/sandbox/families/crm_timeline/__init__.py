"""``crm.timeline.*``: comments of the timeline and what they are bound to."""
