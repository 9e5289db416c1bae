"""Payment systems, delivery services and cash registers of applications."""
