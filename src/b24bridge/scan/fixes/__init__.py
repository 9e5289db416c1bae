"""Mechanical repairs of PHP and JavaScript: one module per kind; a repair that is not sure does nothing."""
