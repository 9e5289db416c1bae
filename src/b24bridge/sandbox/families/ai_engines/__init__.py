"""``ai.engine.*``: AI services that an administrator adds."""
