"""Messages of a portal to the addresses of applications, and the thread that carries them.

A live portal hands its messages to the authorisation server, which sends them some seconds later; how
often it would try again is not known. Here every message is sent once.
"""

from __future__ import annotations

import logging
import threading
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from b24bridge.wire.phpquery import http_build_query

__all__ = ["Courier", "Delivery", "Sender", "Sent", "deliver", "post"]

_log = logging.getLogger("b24bridge.sandbox")
_TIMEOUT_S = 10.0
_HEADERS = {
    "Content-Type": "application/x-www-form-urlencoded",
    "User-Agent": "Bitrix24 Webhook Engine",
}


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message.

    Attributes:
        url: Where it goes.
        form: Parameters of its form body.
    """

    url: str
    form: dict[str, Any]

    def __repr__(self) -> str:
        # The form holds tokens.
        return f"Delivery({self.name} to {self.address})"

    @property
    def name(self) -> str:
        """Name of the event, or of the page that is opened."""
        return str(self.form.get("event") or self.form.get("PLACEMENT") or "")

    @property
    def address(self) -> str:
        """Where it goes, without the query, which may hold secrets of the application."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}{parts.path}"

    @property
    def body(self) -> bytes:
        """The form as it is sent."""
        return http_build_query(self.form).encode()


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a message.

    Attributes:
        name: Name of the event.
        address: Where it went, without the query.
        status: HTTP status of the answer, 0 if there was none.
        error: What went wrong, or empty.
    """

    name: str
    address: str
    status: int
    error: str = ""


# Sends a body to an address and returns the status of the answer.
Sender = Callable[[str, bytes], int]

# A proxy of the environment does not know the addresses of a developer's machine.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def post(url: str, body: bytes) -> int:
    """Send a form and return the status of the answer, whatever it is.

    Raises:
        OSError: Nobody answered.
        ValueError: The address is none.
    """
    if urlsplit(url).scheme not in ("http", "https"):
        raise ValueError("a handler has an address that begins with http:// or https://")
    request = urllib.request.Request(url, body, _HEADERS)  # noqa: S310  # the scheme was checked
    try:
        with _OPENER.open(request, timeout=_TIMEOUT_S) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def deliver(deliveries: Iterable[Delivery], send: Sender = post) -> list[Sent]:
    """Send messages one after another, each once, and return what became of them."""
    sent = []
    for delivery in deliveries:
        try:
            outcome = Sent(delivery.name, delivery.address, send(delivery.url, delivery.body))
        except (OSError, ValueError) as error:
            outcome = Sent(delivery.name, delivery.address, 0, f"{type(error).__name__}: {error}")
        if outcome.error or outcome.status >= 400:
            _log.info("%s was not accepted: %s", delivery, outcome.error or outcome.status)
        sent.append(outcome)
    return sent


class Courier:
    """A thread that sends messages while requests go on.

    Args:
        collect: Returns the messages that wait, and takes them away.
        log: Returns where to put what became of each message.
        pause_s: How long it rests when nobody wakes it.

    Attributes:
        is_stopping: Whether it was told to stop.
    """

    def __init__(
        self,
        collect: Callable[[], list[Delivery]],
        log: Callable[[], deque[Sent]],
        *,
        send: Sender = post,
        pause_s: float = 1.0,
    ) -> None:
        self._collect = collect
        self._log = log
        self._send = send
        self._pause_s = pause_s
        self._wanted = threading.Event()
        self.is_stopping = False
        self._thread = threading.Thread(target=self._run, name="b24bridge-courier", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def wake(self) -> None:
        """Say that there may be messages."""
        self._wanted.set()

    def stop(self) -> None:
        """End after the message that is on its way; what waits is not sent."""
        self.is_stopping = True
        self._wanted.set()
        if self._thread.is_alive():
            self._thread.join(_TIMEOUT_S)

    def _run(self) -> None:
        while not self.is_stopping:
            self._wanted.wait(self._pause_s)
            self._wanted.clear()
            for delivery in self._collect():
                if self.is_stopping:
                    return
                self._log().extend(deliver([delivery], self._send))
