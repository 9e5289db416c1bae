"""Requests and answers as they passed by, and what they asked of the portal."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from b24bridge.compare.effects import Effects, commands, effects_of
from b24bridge.engine.inprocess import LocalPortal, LocalReply
from b24bridge.sandbox.phpinput import read
from b24bridge.wire.call import Json

__all__ = ["Asked", "Counter", "Exchange", "Tally", "Witness", "as_answers", "asked", "effects", "tally"]

Headers = tuple[tuple[str, str], ...]

# The portal refuses for load with these (vendor page "REST API Limits").
_REFUSED = frozenset({429, 503})


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer.

    Attributes:
        verb: HTTP verb.
        url: Absolute address; it may hold a webhook code.
        headers: Headers of the request.
        body: Body of the request.
        status: HTTP status of the answer, 0 if none came.
        answer_headers: Headers of the answer.
        answer: Body of the answer.
    """

    verb: str
    url: str
    headers: Headers
    body: bytes
    status: int
    answer_headers: Headers
    answer: bytes

    def __repr__(self) -> str:
        return f"Exchange({self.verb}, {len(self.body)} bytes, {self.status}, {len(self.answer)} bytes)"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks for.

    Attributes:
        method: REST method.
        params: Parameters as the portal reads them, ``start`` included.
    """

    method: str
    params: Json


@dataclass(frozen=True, slots=True)
class Tally:
    """What a run cost the portal and the network.

    Attributes:
        requests: HTTP requests.
        commands: REST methods asked for; each command of a batch counts.
        refused: Requests that the portal refused for load.
        sent_bytes: Bodies of the requests.
        received_bytes: Bodies of the answers.
    """

    requests: int = 0
    commands: int = 0
    refused: int = 0
    sent_bytes: int = 0
    received_bytes: int = 0

    def __add__(self, other: Tally) -> Tally:
        """Return the counts of both."""
        return Tally(
            self.requests + other.requests,
            self.commands + other.commands,
            self.refused + other.refused,
            self.sent_bytes + other.sent_bytes,
            self.received_bytes + other.received_bytes,
        )


def asked(exchange: Exchange) -> Asked | None:
    """Return what a request asks for, or None if its address is none of the REST service."""
    incoming = read(exchange.verb, exchange.url, exchange.headers, exchange.body)
    if incoming is None:
        return None
    params: Any = incoming.params
    if incoming.start is not None and isinstance(params, dict):
        params = {**params, "start": incoming.start}
    return Asked(incoming.method, params)


def effects(exchanges: Iterable[Exchange]) -> Effects:
    """Return the writes among the requests."""
    return effects_of((found.method, found.params) for one in exchanges if (found := asked(one)) is not None)


def tally(exchanges: Sequence[Exchange]) -> Tally:
    """Count requests, commands, refusals and bytes."""
    all_asked = [found for one in exchanges if (found := asked(one)) is not None]
    return Tally(
        requests=len(exchanges),
        commands=sum(len(commands(one.method, one.params)) for one in all_asked),
        refused=sum(one.status in _REFUSED for one in exchanges),
        sent_bytes=sum(len(one.body) for one in exchanges),
        received_bytes=sum(len(one.answer) for one in exchanges),
    )


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes
    delay_s: float


class Witness:
    """Stands before a portal and keeps what passes; itself a portal for clients.

    Args:
        portal: Whoever answers.
        timed: Whether answers arrive as late as the portal says; otherwise at once.
    """

    def __init__(self, portal: LocalPortal, *, timed: bool = True) -> None:
        self._portal = portal
        self._timed = timed
        self._lock = threading.Lock()
        self._exchanges: list[Exchange] = []

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """Return what passed so far, in the order of the answers."""
        with self._lock:
            return tuple(self._exchanges)

    def answer(self, verb: str, url: str, headers: Sequence[tuple[str, str]], body: bytes) -> LocalReply:
        """Hand a request on and keep it with its answer; a cut connection is kept too and raised on."""
        try:
            reply = self._portal.answer(verb, url, headers, body)
        except OSError:
            self._keep(Exchange(verb, url, tuple(headers), body, 0, (), b""))
            raise
        self._keep(Exchange(verb, url, tuple(headers), body, reply.status, tuple(reply.headers), reply.body))
        return reply if self._timed else _Answer(reply.status, reply.headers, reply.body, 0.0)

    def _keep(self, exchange: Exchange) -> None:
        with self._lock:
            self._exchanges.append(exchange)


def as_answers(exchanges: Iterable[Exchange]) -> list[Mapping[str, Json]]:
    """Return recorded exchanges as the sandbox loads them: method, params, response."""
    answers: list[Mapping[str, Json]] = []
    for one in exchanges:
        found = asked(one)
        if found is None or not one.answer:
            continue
        try:
            response = json.loads(one.answer)
        except ValueError:
            continue  # an error page shows no records
        answers.append({"method": found.method, "params": found.params, "response": response})
    return answers


class Counter:
    """Stands before a portal and counts what passes, keeping none of it."""

    def __init__(self, portal: LocalPortal) -> None:
        self._portal = portal
        self._lock = threading.Lock()
        self._tally = Tally()

    @property
    def tally(self) -> Tally:
        """Return the counts so far."""
        return self._tally

    def answer(self, verb: str, url: str, headers: Sequence[tuple[str, str]], body: bytes) -> LocalReply:
        """Hand a request on and count it; one whose connection is cut counts as well."""
        status, answer = 0, b""
        try:
            reply = self._portal.answer(verb, url, headers, body)
            status, answer = reply.status, reply.body
        finally:
            one = tally([Exchange(verb, url, tuple(headers), body, status, (), answer)])
            with self._lock:
                self._tally = self._tally + one
        return reply
