"""Playing a cassette to a client, without network."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from typing import Any, Final

from b24bridge.compare.diff import compare
from b24bridge.compare.effects import Sent
from b24bridge.compare.rules import parse_rules
from b24bridge.contract.cassettes import Cassette
from b24bridge.contract.exchanges import Asked, Exchange, asked
from b24bridge.errors import ConfigError
from b24bridge.sandbox.reply import Reply

__all__ = ["NotRecorded", "ReplayPortal"]

# Types that a form does not carry do not count.
_AS_IN_A_FORM: Final = parse_rules(
    {"equivalent": [{"path": "**", "rule": "numeric"}, {"path": "**", "rule": "empty"}]}
)
_SHOWN: Final = 3
_SHOWN_LETTERS: Final = 200


class NotRecorded(ConfigError):
    """A request that the cassette has no answer for."""


class ReplayPortal:
    """A portal that knows the answers of one cassette; each is given once, in order.

    Requests match by REST method and parameters as the portal reads them; host, webhook, and form or JSON
    do not count.
    """

    def __init__(self, cassette: Cassette) -> None:
        from vcr.cassette import Cassette as Tape
        from vcr.record_mode import RecordMode

        self._name = cassette.name
        self._lock = threading.Lock()
        self._tape = Tape(cassette.name, record_mode=RecordMode.NONE, match_on=(rest_method, parameters))
        for exchange in cassette.played:
            self._tape.append(_Request(exchange), exchange)
        self._tape.rewound = True
        self._misses: list[NotRecorded] = []

    @property
    def misses(self) -> tuple[NotRecorded, ...]:
        """Return the requests that found no answer, although the module may have swallowed the error."""
        return tuple(self._misses)

    @property
    def unused(self) -> int:
        """Return how many recorded answers nobody asked for."""
        return len(self._tape) - len(self._tape.play_counts)

    def answer(self, verb: str, url: str, headers: Sequence[tuple[str, str]], body: bytes) -> Reply:
        """Return the recorded answer.

        Raises:
            NotRecorded: There is none; the nearest recorded requests are told.
            ConnectionResetError: The recorded connection was cut.
        """
        request = _Request(Exchange(verb, url, tuple(headers), body, 0, (), b""))
        with self._lock:
            if not self._tape.can_play_response_for(request):
                miss = self._miss(request)
                self._misses.append(miss)
                raise miss
            played: Exchange = self._tape.play_response(request)
        if played.status == 0:
            raise ConnectionResetError("The recorded connection was cut.")
        return Reply(played.status, played.answer_headers, played.answer)

    def _miss(self, request: _Request) -> NotRecorded:
        nearest = [
            f"{recorded} ({'; '.join(message for _, message in failed) or 'already played'})"
            for recorded, _, failed in self._tape.find_requests_with_most_matches(request)[:_SHOWN]
        ]
        methods = sorted({recorded.asked.method for recorded in self._tape.requests})
        known = (
            f"Nearest: {' | '.join(nearest)}"
            if nearest
            else f"Recorded methods: {', '.join(methods) or 'none'}."
        )
        return NotRecorded(
            f"Cassette {self._name!r} has no answer for {request}.",
            method=request.asked.method,
            remedy=f"{known} Record again if the module is meant to ask this.",
        )


class _Request:
    """A request as vcrpy's matchers see it."""

    def __init__(self, exchange: Exchange) -> None:
        self.asked = asked(exchange) or Asked(exchange.url.partition("://")[2].partition("/")[2], {})
        self.key = Sent(self.asked.method, self.asked.params).key

    def __repr__(self) -> str:
        text = f"{self.asked.method} {json.dumps(self.asked.params, ensure_ascii=False, default=str)}"
        return text if len(text) <= _SHOWN_LETTERS else f"{text[:_SHOWN_LETTERS]}…"


def rest_method(made: Any, recorded: Any) -> None:
    """Fail if two requests ask for different REST methods."""
    if made.asked.method.lower() != recorded.asked.method.lower():
        raise AssertionError(f"method {recorded.asked.method} recorded")


def parameters(made: Any, recorded: Any) -> None:
    """Fail if two requests have different parameters, saying which."""
    if made.key != recorded.key:
        raise AssertionError(_different_parameters(made.asked.params, recorded.asked.params))


def _different_parameters(made: Any, recorded: Any) -> str:
    found = compare(recorded, made, _AS_IN_A_FORM)
    shown = ", ".join(str(one) for one in found[:_SHOWN])
    return shown + (f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else "") or "parameters differ"
