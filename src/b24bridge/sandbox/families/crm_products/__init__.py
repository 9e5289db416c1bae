"""``crm.product.*``: goods of the trade catalogue, the old way."""
