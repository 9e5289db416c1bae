"""What an application registers and sends: senders, actions, robots, pushes; mail services; empty sites."""

from __future__ import annotations

import pytest
from doors import Door

HANDLER = {"CODE": "one", "NAME": "Один", "HANDLER": "https://example.com/handler", "TYPE": "SMS"}


@pytest.mark.parametrize(
    ("family", "change"),
    [
        ("messageservice.sender", {"NAME": "Два"}),
        ("bizproc.activity", {"FIELDS": {"NAME": "Два"}}),
        ("bizproc.robot", {"FIELDS": {"NAME": "Два"}}),
    ],
)
def test_handler_lives_and_dies(door: Door, family: str, change: dict[str, object]) -> None:
    """A list names codes; a second one with the same code is refused."""
    token = door.portal.tokens()["access"]

    steps = [
        door.token(f"{family}.add", token, HANDLER).result,
        door.token(f"{family}.list", token).result,
        door.token(f"{family}.add", token, HANDLER).status,
        door.token(f"{family}.update", token, {"CODE": "one", **change}).result,
        door.token(f"{family}.delete", token, {"CODE": "one"}).result,
        door.token(f"{family}.list", token).result,
    ]

    assert [True, ["one"], 400, True, True, []] == steps


@pytest.mark.parametrize("method", ["messageservice.sender.list", "bizproc.robot.list"])
def test_webhook_has_no_handlers(door: Door, method: str) -> None:
    """Handlers belong to applications."""
    answer = door.call(method)

    assert (403, "Access denied! Application context required") == (
        answer.status,
        answer.json["error_description"],
    )


def test_push_needs_an_application_and_a_text(door: Door) -> None:
    """A webhook is no application; a text is not empty."""
    token = door.portal.tokens()["access"]

    refused = door.call("pull.application.push.add", {"TEXT": "x"})
    sent = door.token("pull.application.push.add", token, {"USER_ID": [1], "TEXT": "Привет"}).result
    empty = door.token("pull.application.push.add", token, {"USER_ID": [1], "TEXT": ""})
    config = door.token("pull.application.config.get", token).result

    assert (403, "WRONG_AUTH_TYPE") == (refused.status, refused.json["error"])
    assert sent is True
    assert "TEXT_ERROR" == empty.json["error"]
    assert ["server", "api", "channels", "exp", "publicChannels"] == list(config)


def test_mail_service_lives_and_dies(door: Door) -> None:
    """Ids and ports are text; without services a list is an error."""
    number = door.call("mailservice.add", {"NAME": "Почта", "PORT": 993, "ENCRYPTION": "Y"}).result
    door.call("mailservice.update", {"ID": number, "SERVER": "imap.example.com"})
    row = door.call("mailservice.get", {"ID": number}).result
    removed = door.call("mailservice.delete", {"ID": number}).result
    empty = door.call("mailservice.list")

    assert (str(number), "993", "imap.example.com", "Y") == tuple(
        row[name] for name in ("ID", "PORT", "SERVER", "ENCRYPTION")
    )
    assert removed is True
    assert "No mail services found" == empty.json["error_description"]


def test_portal_without_sites_has_templates_and_roles(door: Door) -> None:
    """Lists of sites and pages are empty; ``select`` names the keys."""
    sites = door.call("landing.site.getList").result
    templates = door.call("landing.template.getlist", {"params": {"select": ["ID", "XML_ID"]}}).result
    roles = door.call("landing.role.getList").result

    assert [] == sites
    assert {"ID": "1", "XML_ID": "empty"} == templates[0]
    assert ["ADMIN", "MANAGER"] == [role["XML_ID"] for role in roles]
