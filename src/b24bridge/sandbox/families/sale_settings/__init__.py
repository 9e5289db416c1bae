"""What the online store is set up with: payer types, properties, statuses."""
