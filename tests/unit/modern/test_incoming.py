"""Events are read as the portal sends them, and believed only with the application token."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from b24bridge.errors import AccessError, ConfigError, ValidationError
from b24bridge.modern.endpoints import EventApp, EventWsgi
from b24bridge.modern.incoming import Event, read_event
from b24bridge.modern.offline import AsyncOfflineReader, OfflineReader

TOKEN = "51856fefc120afa4b628cc82d3935cce"
# portal.md 7.5, with a user.
BODY = (
    "event=ONCRMDEALUPDATE&event_handler_id=17&data[FIELDS][ID]=662&ts=1724140800"
    "&auth[domain]=portal.example&auth[client_endpoint]=https%3A%2F%2Fportal.example%2Frest%2F"
    "&auth[server_endpoint]=https%3A%2F%2Foauth.example%2Frest%2F&auth[member_id]=a223c6b3710f85df22e9377d6c4f7553"
    f"&auth[application_token]={TOKEN}&auth[access_token]=s3cr3t&auth[expires]=1724144400&auth[user_id]=1"
)


def test_an_event_is_read_with_its_record_and_time() -> None:
    """The example of the vendor's form."""
    event = read_event(BODY.encode(), TOKEN)

    assert ("ONCRMDEALUPDATE", 662, "17") == (event.name, event.record_id, event.handler_id)
    assert datetime(2024, 8, 20, 8, 0, tzinfo=UTC) == event.at
    assert ("portal.example", "a223c6b3710f85df22e9377d6c4f7553") == (event.domain, event.member_id)


def test_an_event_does_not_show_its_tokens() -> None:
    """Neither in repr, nor is the application token kept."""
    event = read_event(BODY, TOKEN)

    assert "s3cr3t" not in repr(event)
    assert TOKEN not in str(event.settings)


@pytest.mark.parametrize(
    "body", [BODY.replace(TOKEN, "0" * 32), BODY.replace(f"&auth[application_token]={TOKEN}", "")]
)
def test_a_forged_event_is_refused(body: str) -> None:
    """Without the token of the installation nothing is believed."""
    with pytest.raises(AccessError):
        read_event(body, TOKEN)


@pytest.mark.parametrize(
    "body", ["", "event=X", "event[]=X&auth[a]=1", "auth=1&event=X", BODY.replace("ts=1724140800", "ts=x")]
)
def test_what_is_no_event_is_refused(body: str) -> None:
    """With an error that says what a portal sends."""
    with pytest.raises(ValidationError):
        read_event(body, TOKEN)


def test_without_a_token_of_ones_own_nothing_is_believed() -> None:
    """An empty token would equal an empty one."""
    with pytest.raises(ConfigError):
        read_event(BODY.replace(TOKEN, ""), "")


async def ask(app: EventApp, body: bytes, method: str = "POST") -> int:
    """Send one ASGI request in two parts and return the status."""
    parts = [{"body": body[:50], "more_body": True}, {"body": body[50:]}]
    statuses: list[int] = []

    async def receive() -> dict[str, Any]:
        return parts.pop(0)

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    await app({"method": method}, receive, send)
    return statuses[0]


@pytest.mark.anyio
async def test_the_asgi_door_handles_and_refuses() -> None:
    """200, 403, 400, 405, 413."""
    got: list[Event] = []

    async def handler(event: Event) -> None:
        got.append(event)

    app = EventApp(lambda: TOKEN, handler)
    statuses = [
        await ask(app, BODY.encode()),
        await ask(app, BODY.replace(TOKEN, "0" * 32).encode()),
        await ask(app, b"hello"),
        await ask(app, BODY.encode(), "GET"),
        await ask(app, b"a" * 1_000_001),
    ]

    assert [200, 403, 400, 405, 413] == statuses
    assert [662] == [event.record_id for event in got]


def test_the_wsgi_door_handles_and_refuses() -> None:
    """The same statuses."""
    got: list[Event] = []
    app = EventWsgi(lambda: TOKEN, got.append)

    def status(body: bytes, method: str = "POST", length: str | None = None) -> str:
        seen: list[str] = []
        environ = {
            "REQUEST_METHOD": method,
            "CONTENT_LENGTH": length or str(len(body)),
            "wsgi.input": io.BytesIO(body),
        }
        app(environ, lambda line, headers: seen.append(line))
        return seen[0]

    assert [
        "200 OK",
        "403 Forbidden",
        "400 Bad Request",
        "405 Method Not Allowed",
        "413 Payload Too Large",
        "400 Bad Request",
    ] == [
        status(BODY.encode()),
        status(BODY.replace(TOKEN, "0" * 32).encode()),
        status(b"hello"),
        status(BODY.encode(), "GET"),
        status(b"a", length="1000001"),
        status(BODY.encode(), length="many"),
    ]
    assert 1 == len(got)


class Queue:
    """A portal's queue of offline events, as event.offline.* behave (portal.md 5.8)."""

    def __init__(self, count: int) -> None:
        self.waiting = [
            {
                "MESSAGE_ID": f"m{n}",
                "EVENT_NAME": "ONCRMDEALADD",
                "EVENT_DATA": {"FIELDS": {"ID": n}},
                "EVENT_ADDITIONAL": {},
            }
            for n in range(count)
        ]
        self.reserved: dict[str, list[Any]] = {}

    def call(self, method: str, params: dict[str, Any]) -> Any:
        """Answer one call."""
        if method == "event.offline.clear":
            del self.reserved[params["process_id"]]
            return type("Answer", (), {"result": True})
        taken, self.waiting = self.waiting[: params["limit"]], self.waiting[params["limit"] :]
        process = f"p{len(self.reserved)}" if taken else None
        if process:
            self.reserved[process] = taken
        return type("Answer", (), {"result": {"process_id": process, "events": taken}})


def test_offline_events_come_once_each_and_are_cleared(tmp_path: Path) -> None:
    """Seven events, three at a time."""
    queue = Queue(7)

    seen = [event.message_id for event in OfflineReader(queue, tmp_path / "position.json", limit=3)]  # type: ignore[arg-type]  # a stand-in

    assert [f"m{n}" for n in range(7)] == seen
    assert {} == queue.reserved
    assert not (tmp_path / "position.json").exists()


def test_after_a_crash_reading_goes_on_where_it_stopped(tmp_path: Path) -> None:
    """The event in whose handler the program died comes again; those before it do not."""
    queue, position = Queue(5), tmp_path / "position.json"
    first: list[str] = []
    for event in OfflineReader(queue, position, limit=4):  # type: ignore[arg-type]  # a stand-in
        first.append(event.message_id)
        if len(first) == 3:
            break

    second = [event.message_id for event in OfflineReader(queue, position, limit=4)]  # type: ignore[arg-type]  # a stand-in

    assert (["m0", "m1", "m2"], ["m2", "m3", "m4"]) == (first, second)


class AsyncQueue(Queue):
    """The same, awaited."""

    async def call(self, method: str, params: dict[str, Any]) -> Any:  # type: ignore[override]  # awaited
        """Answer one call."""
        return super().call(method, params)


@pytest.mark.anyio
async def test_async_program_goes_on_where_it_stopped(tmp_path: Path) -> None:
    """As a blocking one does."""
    queue, position = AsyncQueue(5), tmp_path / "position.json"
    first: list[str] = []
    reader = AsyncOfflineReader(queue, position, limit=4)  # type: ignore[arg-type]  # a stand-in
    async for event in reader:
        first.append(event.message_id)
        if len(first) == 3:
            break

    second = [event.message_id async for event in reader]

    assert (["m0", "m1", "m2"], ["m2", "m3", "m4"]) == (first, second)
    assert {} == queue.reserved


def test_a_foreign_file_is_no_position(tmp_path: Path) -> None:
    """It is neither used nor overwritten."""
    position = tmp_path / "position.json"
    position.write_text("[1]", "utf-8")

    with pytest.raises(ConfigError):
        list(OfflineReader(Queue(1), position))  # type: ignore[arg-type]  # a stand-in
    assert position.read_text("utf-8") == "[1]"
