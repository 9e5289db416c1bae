"""pytest fixtures of the sandbox portal."""
