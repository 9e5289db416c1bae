"""How the legacy modules reach the portal: one CRest class per run."""

from __future__ import annotations

from pathlib import Path

from b24bridge import CRest
from examples.service_desk.rules import Json, php_text

__all__ = ["connect", "error_of"]


def connect(webhook_url: str, cache_dir: Path | str, transport: object | None = None) -> type[CRest]:
    """Return a CRest class for this webhook.

    A class of its own, since the original keeps its settings in constants: two runs in one
    process must not meet. Logs are off, as they hold the webhook in clear.
    """

    class Portal(CRest):
        """The portal of one run."""

    Portal.configure(
        settings_dir=Path(cache_dir),
        C_REST_WEB_HOOK_URL=webhook_url,
        C_REST_BLOCK_LOG=True,
        transport=transport,
    )
    return Portal


def error_of(reply: Json) -> str | None:
    """Return the message of an error reply, or None.

    A reply is an error when its key ``error`` is not null, even if the text is empty; an answer
    that is no JSON decodes to null and therefore is none.
    """
    if not isinstance(reply, dict) or reply.get("error") is None:
        return None
    description = reply.get("error_description")
    return php_text(reply["error"] if description is None else description)
