"""Documents that employees signed."""
