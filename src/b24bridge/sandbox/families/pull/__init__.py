"""Messages of an application to its pages and phones."""
