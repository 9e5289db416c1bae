"""``app.option.*`` and ``user.option.*``: what applications keep on the portal."""
