"""The public surface of CRest: configuration, subclasses, hooks, arguments."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest
from crest_scripted import Reply

from b24bridge.engine.guard import guarded
from b24bridge.errors import AccessError, ConfigError
from b24bridge.legacy.crest import CRest

HOOK = "https://demo.bitrix24.test/rest/1/whsec_9k2m4x7q/"
STORED = {
    "access_token": "atok_1aaaa1111",
    "expires_in": "3600",
    "application_token": "apptok_c0ffee",
    "refresh_token": "rtok_1bbbb2222",
    "domain": "demo.bitrix24.test",
    "client_endpoint": "https://demo.bitrix24.test/rest/",
}
EXPIRED = '{"error":"expired_token"}'


def _stored(folder: Path, **changes: Any) -> None:
    (folder / "settings.json").write_text(json.dumps({**STORED, **changes}))


def test_a_call_sends_the_form_and_returns_the_answer(scripted: Any, tmp_path: Path) -> None:
    """A webhook call is one POST with the encoded parameters."""

    class Portal(CRest):
        pass

    Portal.configure(settings_dir=tmp_path, transport=scripted, C_REST_WEB_HOOK_URL=HOOK)
    scripted.answers.append('{"result":[1],"total":1}')

    answer = Portal.call("crm.item.list", {"entityTypeId": 140, "start": 0})

    assert answer == {"result": [1], "total": 1}
    assert scripted.requests == [("POST", HOOK + "crm.item.list.json", b"entityTypeId=140&start=0")]


def test_both_spellings_are_the_same_functions() -> None:
    """The original's names stay valid."""
    assert CRest.callBatch == CRest.call_batch
    assert CRest.installApp == CRest.install_app
    assert CRest.checkServer == CRest.check_server
    assert CRest.setLog == CRest.set_log


def test_each_subclass_has_its_own_configuration(scripted: Any, tmp_path: Path) -> None:
    """Configuring one class leaves its base and its sisters alone."""

    class First(CRest):
        pass

    class Second(CRest):
        pass

    class Child(First):
        pass

    First.configure(
        settings_dir=tmp_path, transport=scripted, C_REST_WEB_HOOK_URL="https://one.test/rest/1/aaaaaa/"
    )
    Second.configure(
        settings_dir=tmp_path, transport=scripted, C_REST_WEB_HOOK_URL="https://two.test/rest/1/bbbbbb/"
    )
    scripted.answers += ["1", "2", "3"]

    answers = [First.call("m"), Second.call("m"), Child.call("m")]

    assert answers == [1, 2, 3]
    assert [url for _, url, _ in scripted.requests] == [
        "https://one.test/rest/1/aaaaaa/m.json",
        "https://two.test/rest/1/bbbbbb/m.json",
        "https://one.test/rest/1/aaaaaa/m.json",
    ]


def test_a_class_without_configuration_says_what_to_do() -> None:
    """The error names the class and the way out."""

    class Forgotten(CRest):
        pass

    with pytest.raises(ConfigError, match=r"Forgotten is not configured.*configure"):
        Forgotten.call("profile")


def test_a_misspelt_constant_is_refused_with_the_right_name() -> None:
    """A typing mistake must not mean "not defined"."""
    misspelt: dict[str, Any] = {"C_REST_WEBHOOK_URL": HOOK}

    with pytest.raises(TypeError, match="C_REST_WEB_HOOK_URL"):
        CRest.configure(**misspelt)


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"policy": "fast"}, "no policy"),
        ({"quirks": {"redact_log": False}}, "Did you mean 'redact_logs'"),
        ({"quirks": {"unicode_text": False}}, "no switch"),
        ({"C_REST_CURRENT_ENCODING": "no-such-charset"}, "no known charset"),
        ({"C_REST_CURRENT_ENCODING": None}, "no known charset"),
    ],
)
def test_unusable_settings_are_refused_when_they_are_given(arguments: dict[str, Any], text: str) -> None:
    """A wrong value is an error of configure(), not of the first call."""

    class Portal(CRest):
        pass

    with pytest.raises(ConfigError, match=text):
        Portal.configure(**arguments)


def test_the_configuration_shows_no_secret(tmp_path: Path) -> None:
    """A repr that reaches a log holds neither webhook nor client secret."""

    class Portal(CRest):
        pass

    Portal.configure(settings_dir=tmp_path, C_REST_WEB_HOOK_URL=HOOK, C_REST_CLIENT_SECRET="csec_canary1")

    shown = repr(Portal._configured())

    assert "whsec_9k2m4x7q" not in shown
    assert "csec_canary1" not in shown


@pytest.mark.parametrize("params", ["a=1", "", 5, True, None, False])
def test_webhook_parameters_that_are_no_container_raise(params: Any, scripted: Any, tmp_path: Path) -> None:
    """PHP dies there; nothing is sent (hbq-scalar-string)."""

    class Portal(CRest):
        pass

    Portal.configure(settings_dir=tmp_path, transport=scripted, C_REST_WEB_HOOK_URL=HOOK)

    with pytest.raises(TypeError):
        Portal.call("m", params)

    assert scripted.requests == []


def test_a_caller_in_a_comparison_may_not_write(scripted: Any, tmp_path: Path) -> None:
    """The guard sees single calls and the commands of a batch, and its refusal is not swallowed."""

    class Portal(CRest):
        pass

    class NoWrites:
        def check(self, method: str, params: Any) -> None:
            if method.endswith(".add"):
                raise AccessError(f"{method} is refused")

    Portal.configure(settings_dir=tmp_path, transport=scripted, C_REST_WEB_HOOK_URL=HOOK)

    with guarded(NoWrites()):
        with pytest.raises(AccessError):
            Portal.call("crm.item.add", {"a": 1})
        with pytest.raises(AccessError):
            Portal.call_batch({"a": {"method": "crm.item.list"}, "b": {"method": "crm.item.add"}})

    assert scripted.requests == []


def test_a_newer_token_of_another_process_is_used_without_asking(scripted: Any, tmp_path: Path) -> None:
    """Deviation reuse_newer_token: the refresh token of the loser would be spent already."""

    class Portal(CRest):
        pass

    class Winner:
        def answer(self, verb: str, url: str, headers: Any, body: bytes) -> Any:
            reply = scripted.answer(verb, url, headers, body)
            if len(scripted.requests) == 1:
                _stored(tmp_path, access_token="atok_winner", refresh_token="rtok_winner")
            return reply

    _stored(tmp_path)
    Portal.configure(settings_dir=tmp_path, transport=Winner(), C_REST_BLOCK_LOG=True)
    scripted.answers += [EXPIRED, '{"result":true}']

    answer = Portal.call("m")

    assert answer == {"result": True}
    assert [body for _, _, body in scripted.requests] == [b"auth=atok_1aaaa1111", b"auth=atok_winner"]


def test_the_original_asks_the_token_server_all_the_same(scripted: Any, tmp_path: Path) -> None:
    """With the switch off the loser refreshes too, as in PHP."""

    class Portal(CRest):
        pass

    class Winner:
        def answer(self, verb: str, url: str, headers: Any, body: bytes) -> Any:
            reply = scripted.answer(verb, url, headers, body)
            if len(scripted.requests) == 1:
                _stored(tmp_path, access_token="atok_winner", refresh_token="rtok_winner")
            return reply

    _stored(tmp_path)
    Portal.configure(
        settings_dir=tmp_path, transport=Winner(), C_REST_BLOCK_LOG=True, quirks={"reuse_newer_token": False}
    )
    scripted.answers += [EXPIRED, '{"error":"invalid_grant"}', '{"result":true}']

    answer = Portal.call("m")

    assert answer == {"result": True}
    assert scripted.requests[1][2] == b"grant_type=refresh_token&refresh_token=rtok_winner"


def test_threads_that_meet_an_expired_token_refresh_once(tmp_path: Path) -> None:
    """Eight threads with one expired token cause one request to the token server."""
    barrier = threading.Barrier(8)
    known = threading.local()
    asked: list[bytes] = []

    class Portal(CRest):
        @classmethod
        def get_setting_data(cls) -> Any:
            settings = super().get_setting_data()
            if not hasattr(known, "is_started"):
                known.is_started = True
                barrier.wait(timeout=120)
            return settings

    class Strict:
        """Knows the second token only; each refresh token works once."""

        def answer(self, verb: str, url: str, headers: Any, body: bytes) -> Reply:
            if "/oauth/" in url:
                asked.append(body)
                is_first = len(asked) == 1
                text = '{"access_token":"atok_2cccc3333"}' if is_first else '{"error":"invalid_grant"}'
                return Reply(200, (), text.encode())
            if b"atok_1aaaa1111" in body:
                return Reply(401, (), EXPIRED.encode())
            return Reply(200, (), b'{"result":true}')

    _stored(tmp_path)
    Portal.configure(settings_dir=tmp_path, transport=Strict(), C_REST_BLOCK_LOG=True)
    answers: list[Any] = []
    threads = [threading.Thread(target=lambda: answers.append(Portal.call("m"))) for _ in range(8)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [{"result": True}] * 8
    assert len(asked) == 1
    assert json.loads((tmp_path / "settings.json").read_text())["access_token"] == "atok_2cccc3333"


def test_big_integers_become_floats_when_the_switch_is_off(scripted: Any, tmp_path: Path) -> None:
    """The original's float is there for those who compare with it (json-int-over)."""

    class Portal(CRest):
        pass

    Portal.configure(
        settings_dir=tmp_path,
        transport=scripted,
        C_REST_WEB_HOOK_URL=HOOK,
        C_REST_BLOCK_LOG=True,
        quirks={"exact_big_integers": False},
    )
    scripted.answers.append('{"result":9223372036854775808,"small":7}')

    answer = Portal.call("m")

    assert answer == {"result": 9.223372036854775808e18, "small": 7}
    assert isinstance(answer["result"], float)


def test_a_settings_file_that_cannot_be_locked_is_still_written(scripted: Any, tmp_path: Path) -> None:
    """A folder in the way of the lock file does not stop an installation."""

    class Portal(CRest):
        pass

    (tmp_path / "settings.json.lock").mkdir()
    Portal.configure(settings_dir=tmp_path, transport=scripted, C_REST_BLOCK_LOG=True)

    result = Portal.install_app({"event": "ONAPPINSTALL", "auth": STORED})

    assert result == {"rest_only": True, "install": True}
    assert json.loads((tmp_path / "settings.json").read_text()) == STORED


def test_check_server_leaves_a_folder_of_its_probes_name(tmp_path: Path) -> None:
    """What cannot be removed is no problem of the server, and no exception."""
    (tmp_path / "settings_check.json").mkdir()

    class Portal(CRest):
        """One portal."""

    Portal.configure(settings_dir=tmp_path)

    assert Portal.check_server(print=False) == {}
    assert (tmp_path / "settings_check.json").is_dir()


def test_check_server_prints_like_the_original(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The result goes to standard output unless told otherwise (check-logs-exist-print)."""

    class Portal(CRest):
        pass

    Portal.configure(settings_dir=tmp_path)

    quiet = Portal.check_server(print=False)
    loud = Portal.check_server()

    assert quiet == {}
    assert loud == {"success": "Success!"}
    assert capsys.readouterr().out == "<pre>Array\n(\n    [success] => Success!\n)\n</pre>"


def test_numeric_keys_stay_texts_under_a_charset(scripted: Any, tmp_path: Path) -> None:
    """The results of a batch are found under the same keys with and without the constant."""

    class Portal(CRest):
        pass

    Portal.configure(
        settings_dir=tmp_path,
        transport=scripted,
        C_REST_WEB_HOOK_URL=HOOK,
        C_REST_BLOCK_LOG=True,
        C_REST_CURRENT_ENCODING="windows-1251",
    )
    scripted.answers.append('{"result":{"result":{"35943":{"ID":5}}}}')

    answer = Portal.call_batch({"35943": {"method": "user.get", "params": {"ID": 5}}})

    assert answer["result"]["result"]["35943"] == {"ID": "5"}
    assert scripted.requests[0][2] == b"cmd%5B35943%5D=user.get%3FID%3D5&halt=0"


def test_a_link_into_nowhere_is_not_mended(scripted: Any, tmp_path: Path) -> None:
    """Settings that cannot be saved stop the repetition, and no folder appears (check-settings-link)."""

    class Portal(CRest):
        pass

    (tmp_path / "settings.json").symlink_to("nonexistent-dir/none")
    Portal.configure(
        settings_dir=tmp_path, transport=scripted, C_REST_WEB_HOOK_URL=HOOK, C_REST_BLOCK_LOG=True
    )
    scripted.answers += [EXPIRED, '{"access_token":"atok_2cccc3333"}']

    answer = Portal.call("m")

    assert answer == {}
    assert [path.name for path in tmp_path.iterdir()] == ["settings.json"]
