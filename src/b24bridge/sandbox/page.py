"""The web page ``/_sandbox/``: what the portal holds and was asked, its clock, faults and messages.

Everything it shows and does goes through the admin interface; the files are in ``static``.
"""

from __future__ import annotations

from importlib.resources import files

from .reply import Reply

__all__ = ["FILES", "handle"]

# Path and file of everything there is.
FILES = {
    "/_sandbox": ("page.html", "text/html"),
    "/_sandbox/page.css": ("page.css", "text/css"),
    "/_sandbox/page.js": ("page.js", "text/javascript"),
}

# What requests hold is shown as text only; nothing from elsewhere may run even so.
_POLICY = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; img-src data:"


def handle(path: str) -> Reply:
    """Return one of the page's files."""
    name, kind = FILES[path]
    headers = (
        ("content-type", f"{kind}; charset=utf-8"),
        ("cache-control", "no-store"),
        ("content-security-policy", _POLICY),
        ("x-content-type-options", "nosniff"),
    )
    return Reply(200, headers, files(__package__).joinpath("static", name).read_bytes())
