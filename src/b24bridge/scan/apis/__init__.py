"""One module per interface: each finds the places where a file uses it."""
