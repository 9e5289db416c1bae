"""Open channels: lines, connectors of applications, and their conversations."""
