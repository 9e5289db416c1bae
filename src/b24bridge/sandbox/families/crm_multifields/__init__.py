"""``crm.multifield.fields``: what phones and mail addresses are made of."""
