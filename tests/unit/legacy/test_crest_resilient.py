"""policy="resilient": the engine works underneath, arguments and return values stay."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from crest_scripted import Reply

from b24bridge.engine.policy import Policy
from b24bridge.legacy.crest import CRest

HOOK = "https://demo.bitrix24.test/rest/1/whsec_9k2m4x7q/"
STORED = {
    "access_token": "atok_1aaaa1111",
    "application_token": "apptok_c0ffee",
    "refresh_token": "rtok_1bbbb2222",
    "domain": "demo.bitrix24.test",
    "client_endpoint": "https://demo.bitrix24.test/rest/",
}
LIMIT = Reply(503, (), b'{"error":"QUERY_LIMIT_EXCEEDED","error_description":"Too many requests"}')
EXPIRED = Reply(401, (), b'{"error":"expired_token","error_description":"The access token has expired."}')
QUICK = Policy(tariff=None, base_delay_s=0.0, max_delay_s=0.0)


def _portal(scripted: Any, folder: Path, **defines: Any) -> type[CRest]:
    class Portal(CRest):
        pass

    Portal.configure(settings_dir=folder, transport=scripted, policy=QUICK, C_REST_BLOCK_LOG=True, **defines)
    return Portal


def test_a_refusal_for_load_is_repeated(scripted: Any, tmp_path: Path) -> None:
    """Where the original returns QUERY_LIMIT_EXCEEDED the caller gets the answer."""
    portal = _portal(scripted, tmp_path, C_REST_WEB_HOOK_URL=HOOK)
    scripted.answers += [LIMIT, LIMIT, '{"result":{"ID":"7"},"total":1}']

    answer = portal.call("crm.deal.add", {"fields": {"TITLE": "Ж"}})

    assert answer == {"result": {"ID": "7"}, "total": 1}
    assert [body for _, _, body in scripted.requests] == [b"fields%5BTITLE%5D=%D0%96"] * 3


def test_a_write_whose_answer_is_lost_is_not_repeated(scripted: Any, tmp_path: Path) -> None:
    """A write may have been done, so the caller decides; the array is the original's."""
    portal = _portal(scripted, tmp_path, C_REST_WEB_HOOK_URL=HOOK)
    scripted.answers += [ConnectionResetError("reset")]

    answer = portal.call("crm.deal.add", {"fields": {"TITLE": "x"}})

    assert answer["error"] == "curl_error"
    assert len(scripted.requests) == 1


@pytest.mark.parametrize(("method", "sent"), [("crm.deal.list", 2), ("crm.deal.add", 1)])
def test_a_batch_is_repeated_only_if_all_its_commands_read(
    method: str, sent: int, scripted: Any, tmp_path: Path
) -> None:
    """One write among the commands makes the whole batch a write."""
    portal = _portal(scripted, tmp_path, C_REST_WEB_HOOK_URL=HOOK)
    scripted.answers += [ConnectionResetError("reset"), '{"result":{"result":[]}}']

    portal.call_batch({"a": {"method": "crm.deal.list"}, "b": {"method": method, "params": {"x": 1}}})

    assert len(scripted.requests) == sent


def test_an_expired_token_is_renewed_and_stored(scripted: Any, tmp_path: Path) -> None:
    """The token goes through the hooks into settings.json, in CRest's format."""
    (tmp_path / "settings.json").write_text(json.dumps(STORED))
    portal = _portal(scripted, tmp_path, C_REST_CLIENT_ID="local.1", C_REST_CLIENT_SECRET="csec_1")
    renewed = {**STORED, "access_token": "atok_2cccc3333", "refresh_token": "rtok_2dddd4444"}
    scripted.answers += [EXPIRED, json.dumps(renewed), '{"result":true}']

    answer = portal.call("profile", {"a": [1]})

    assert answer == {"result": True}
    assert scripted.requests[0][2] == b"a%5B0%5D=1&auth=atok_1aaaa1111"
    assert scripted.requests[2][2] == b"a%5B0%5D=1&auth=atok_2cccc3333"
    assert b'"client_endpoint":"https:\\/\\/' in (tmp_path / "settings.json").read_bytes()


def test_a_refused_renewal_looks_like_the_originals(scripted: Any, tmp_path: Path) -> None:
    """The caller sees expired_token with the original's hint."""
    (tmp_path / "settings.json").write_text(json.dumps(STORED))
    portal = _portal(scripted, tmp_path, C_REST_CLIENT_ID="local.1", C_REST_CLIENT_SECRET="csec_1")
    scripted.answers += [EXPIRED, Reply(400, (), b'{"error":"invalid_grant"}')]

    answer = portal.call("profile")

    assert answer["error"] == "expired_token"
    assert answer["error_information"] == "expired token, cant get new auth? Check access oauth server."


def test_a_changed_settings_file_counts_at_once(scripted: Any, tmp_path: Path) -> None:
    """Nothing is remembered between calls (auth-settings-changed)."""
    (tmp_path / "settings.json").write_text(json.dumps(STORED))
    portal = _portal(scripted, tmp_path)
    scripted.answers += ['{"result":1}'] * 2

    portal.call("m")
    (tmp_path / "settings.json").write_text(json.dumps({**STORED, "access_token": "atok_other"}))
    portal.call("m")

    assert [body for _, _, body in scripted.requests] == [b"auth=atok_1aaaa1111", b"auth=atok_other"]


def test_an_error_of_the_portal_gets_its_information(scripted: Any, tmp_path: Path) -> None:
    """Known codes carry error_information, result data beside the error stay."""
    portal = _portal(scripted, tmp_path, C_REST_WEB_HOOK_URL=HOOK)
    scripted.answers += [Reply(401, (), b'{"error":"NO_AUTH_FOUND","error_description":"Wrong"}')]

    answer = portal.call("profile")

    assert answer == {
        "error": "NO_AUTH_FOUND",
        "error_description": "Wrong",
        "error_information": (
            'Some setup error b24, check in table "b_module_to_module" event "OnRestCheckAuth"'
        ),
    }


def test_a_charset_changes_types_here_too(scripted: Any, tmp_path: Path) -> None:
    """C_REST_CURRENT_ENCODING makes text of every scalar under both policies (enc-u8-result-row)."""
    portal = _portal(scripted, tmp_path, C_REST_WEB_HOOK_URL=HOOK, C_REST_CURRENT_ENCODING="UTF-8")
    scripted.answers += ['{"result":{"ID":5,"ok":true,"no":null}}']

    answer = portal.call("m", {"n": None})

    assert answer == {"result": {"ID": "5", "ok": "1", "no": ""}}
    assert scripted.requests[0][2] == b"n="


def test_wrong_parameters_raise_as_under_the_exact_policy(scripted: Any, tmp_path: Path) -> None:
    """The policy does not change what is a programming error."""
    portal = _portal(scripted, tmp_path, C_REST_WEB_HOOK_URL=HOOK)

    with pytest.raises(TypeError):
        portal.call("m", "a=1")
