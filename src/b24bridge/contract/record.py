"""Recording what a module asks of a portal and gets."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from b24bridge.compare.diff import fingerprint
from b24bridge.compare.rules import learn_noise
from b24bridge.contract.cassettes import About, Cassette
from b24bridge.contract.exchanges import Witness, effects
from b24bridge.contract.modules import Module, run
from b24bridge.contract.scrub import scrub
from b24bridge.engine.inprocess import LocalPortal
from b24bridge.errors import ConfigError, NotSent
from b24bridge.wire.call import Json

__all__ = ["Recording", "answer_mark", "known_secrets", "record"]


@dataclass(frozen=True, slots=True)
class Recording:
    """A finished recording.

    Attributes:
        cassette: What was recorded, scrubbed.
        answer: What the module answered.
        known: Secrets that the recording used, by kind; the cassette must not show them.
    """

    cassette: Cassette
    answer: Mapping[str, Json]
    known: Mapping[str, str]


def known_secrets(webhook_url: str) -> dict[str, str]:
    """Return the secrets of a webhook's address, by kind."""
    found = re.search(r"/rest/(?:api/)?\d+/([^/]+)/?", urlsplit(webhook_url).path)
    return {"webhook code": found[1]} if found else {}


def answer_mark(answer: Mapping[str, Json]) -> str:
    """Return a short text that is the same for the same answer."""
    return hashlib.sha256(fingerprint(answer).encode()).hexdigest()[:16]


def record(
    name: str,
    module: Module,
    request: Mapping[str, Json],
    *,
    now: str,
    webhook_url: str,
    portal: LocalPortal,
    data: str = "",
    runs: int = 1,
    fixes: Sequence[str] = (),
) -> Recording:
    """Run the old path of a module against a portal and keep what passes.

    Args:
        name: Name of the cassette.
        data: Where the answers come from, for the cassette.
        runs: More than one runs the path again and learns which places of its answer it does not repeat.
        fixes: Defects; with some the new path runs too and repairs them, and what it asks is kept as well,
            since the old path's defects may have hidden it from the recording.

    Raises:
        ConfigError: The module asked for nothing, or it writes and was to run more than once.
        NotSent: No request got an answer.
    """
    witness = Witness(portal)
    answer = run(module.legacy, request, now=now, webhook_url=webhook_url, transport=witness)
    exchanges = witness.exchanges
    if not exchanges:
        raise ConfigError(f"{module.name} asked the portal for nothing; there is nothing to record.")
    if not any(one.status for one in exchanges):
        raise NotSent(
            f"The portal answered none of {len(exchanges)} requests; there is nothing to record.",
            remedy="Check the address of the webhook and the network.",
        )
    if (runs > 1 or fixes) and effects(exchanges).writes:
        raise ConfigError(
            f"{module.name} writes, so it was run only once.",
            remedy="Learn noise and record repairs on the sandbox, where writes do no harm.",
        )
    again = [
        run(module.legacy, request, now=now, webhook_url=webhook_url, transport=portal)
        for _ in range(runs - 1)
    ]
    repaired = Witness(portal)
    if fixes:
        run(module.modern, request, now=now, webhook_url=webhook_url, transport=repaired, fixes=fixes)
    known = known_secrets(webhook_url)
    about = About(
        module=module.name,
        request=request,
        now=now,
        answer=answer_mark(answer),
        noise=learn_noise([answer, *again]) if again else (),
        data=data,
        repaired=len(repaired.exchanges),
    )
    cassette = Cassette(name, about, tuple(scrub(one, known) for one in exchanges + repaired.exchanges))
    return Recording(cassette, answer, known)
