"""What goes wrong around CRest ends in the original's array, never in an error of a library."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from crest_server import Script, Servers

from b24bridge.legacy.crest import CRest

NOT_INSTALLED = {
    "error": "no_install_app",
    "error_information": "error install app, pls install local application ",
}
STORED = {
    "access_token": "atok_1aaaa1111",
    "application_token": "apptok_c0ffee",
    "refresh_token": "rtok_1bbbb2222",
    "domain": "demo.bitrix24.test",
}


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    """Give loopback servers."""
    running = Servers()
    yield running
    running.stop()


@pytest.fixture(params=["exact", "resilient"])
def policy(request: pytest.FixtureRequest) -> Any:
    """Give both policies: the answers are the same."""
    return request.param


def _hook(servers: Servers, folder: Path, policy: Any, server: str, scheme: str = "http") -> type[CRest]:
    class Portal(CRest):
        pass

    hook = f"{scheme}://{servers.addresses[server]}/rest/1/whsec_9k2m4x7q/"
    Portal.configure(settings_dir=folder, policy=policy, C_REST_WEB_HOOK_URL=hook)
    return Portal


def _is_curl_error(answer: Any) -> bool:
    return (
        list(answer) == ["error", "error_information"]
        and answer["error"] == "curl_error"
        and len(answer["error_information"]) > 10
        and "whsec_9k2m4x7q" not in answer["error_information"]
    )


def test_an_unreachable_host_is_a_curl_error(servers: Servers, tmp_path: Path) -> None:
    """A refused connection gives the original's two keys (net-refused-log)."""
    portal = _hook(servers, tmp_path, "exact", "closed")

    assert _is_curl_error(portal.call("profile"))


def test_an_untrusted_certificate_is_a_curl_error(servers: Servers, tmp_path: Path, policy: Any) -> None:
    """The check is on unless it is switched off by true itself (net-tls-untrusted)."""
    portal = _hook(servers, tmp_path, policy, "sportal", "https")

    assert _is_curl_error(portal.call("profile"))


def test_a_page_instead_of_json_is_null(servers: Servers, tmp_path: Path) -> None:
    """HTML gives null and no error (err-status-502-html)."""
    portal = _hook(servers, tmp_path, "exact", "portal")
    servers.script = Script([{"status": 502, "body": "<html>Bad gateway</html>"}])

    assert portal.call("profile") is None


def test_a_huge_error_body_is_returned_whole(servers: Servers, tmp_path: Path, policy: Any) -> None:
    """200,000 bytes of description arrive as they were sent."""
    portal = _hook(servers, tmp_path, policy, "portal")
    body = {"error": "ACCESS_DENIED", "error_description": "Ж" * 100_000}
    servers.script = Script([{"status": 403, "body": json.dumps(body, ensure_ascii=False)}])

    assert portal.call("crm.item.add", {"a": 1}) == body


def test_a_huge_page_is_null(servers: Servers, tmp_path: Path) -> None:
    """200,000 bytes that are no JSON are null like a small page."""
    portal = _hook(servers, tmp_path, "exact", "portal")
    servers.script = Script([{"status": 500, "body": {"$repeat": "<br>", "$count": 50_000}}])

    assert portal.call("crm.item.add", {"a": 1}) is None


@pytest.mark.parametrize(
    "content",
    ["", "garbage", "[]", "{}", "5", '"text"', "null", '{"access_token":"x"}', "\ufeff{}", '{"a":'],
)
def test_a_damaged_settings_file_means_not_installed(
    content: str, servers: Servers, tmp_path: Path, policy: Any
) -> None:
    """Whatever stands in settings.json, the answer says what to do (auth-settings-*)."""

    class Portal(CRest):
        pass

    (tmp_path / "settings.json").write_text(content, "utf-8")
    Portal.configure(settings_dir=tmp_path, policy=policy, C_REST_CLIENT_ID="a", C_REST_CLIENT_SECRET="b")

    assert Portal.call("profile") == NOT_INSTALLED
    assert (tmp_path / "settings.json").read_text("utf-8") == content


def test_a_rest_3_error_object_is_returned(servers: Servers, tmp_path: Path, policy: Any) -> None:
    """PHP dies on it; the facade returns the answer (err-object-v3-validation)."""
    portal = _hook(servers, tmp_path, policy, "portal")
    body = {"error": {"code": "BITRIX_REST_V3_VALIDATION", "message": "x", "validation": []}}
    servers.script = Script([{"status": 400, "body": json.dumps(body)}])

    assert portal.call("crm.item.add", {"a": 1}) == body


def test_a_failed_transport_under_a_charset_is_a_curl_error(servers: Servers, tmp_path: Path) -> None:
    """PHP dies on it; the facade returns the array of the other mode (enc-cp-network)."""

    class Portal(CRest):
        pass

    hook = f"http://{servers.addresses['closed']}/rest/1/whsec_9k2m4x7q/"
    Portal.configure(settings_dir=tmp_path, C_REST_CURRENT_ENCODING="windows-1251", C_REST_WEB_HOOK_URL=hook)

    assert _is_curl_error(Portal.call("profile"))


@pytest.mark.parametrize(
    "hook",
    [
        "http://[::1/rest/1/whsec_9k2m4x7q/",
        "http://../rest/1/whsec_9k2m4x7q/",
        "http://host:99999/rest/1/whsec_9k2m4x7q/",
        "http://a b/rest/1/whsec_9k2m4x7q/",
        "file:///etc/passwd?whsec_9k2m4x7q",
        "://whsec_9k2m4x7q/",
        "\n",
    ],
)
def test_an_address_that_is_none_is_a_curl_error(hook: str, tmp_path: Path) -> None:
    """A broken webhook address ends like any failed transport (net-badscheme, net-hook-space)."""

    class Portal(CRest):
        pass

    Portal.configure(settings_dir=tmp_path, C_REST_WEB_HOOK_URL=hook)

    assert _is_curl_error(Portal.call("profile"))


def full_disk(_: int) -> None:
    """Stand for a disk that is full when the data reaches it."""
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_leaves_the_old_settings(
    servers: Servers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the new settings cannot be written the call gives an empty array and the old file stays."""

    class Portal(CRest):
        pass

    stored = json.dumps({**STORED, "client_endpoint": f"http://{servers.addresses['portal']}/rest/"})
    (tmp_path / "settings.json").write_text(stored)
    monkeypatch.setattr(os, "fsync", full_disk)
    Portal.configure(
        settings_dir=tmp_path,
        oauth_url=f"https://{servers.addresses['oauth']}/oauth/token/",
        C_REST_IGNORE_SSL=True,
        C_REST_BLOCK_LOG=True,
    )
    servers.script = Script(
        [{"status": 401, "body": '{"error":"expired_token"}'}, {"status": 200, "body": '{"a":1}'}]
    )

    assert Portal.call("profile") == {}
    assert (tmp_path / "settings.json").read_text() == stored
