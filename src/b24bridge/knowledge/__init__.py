"""What is known of the REST API: methods, error codes and events, as data with lookups."""
