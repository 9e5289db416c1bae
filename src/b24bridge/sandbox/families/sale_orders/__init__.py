"""Orders of the online store and what they consist of."""
