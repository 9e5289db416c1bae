"""Log files of CRest: no secret stands in them unless that is asked for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from b24bridge.legacy.crest import CRest

SECRETS = {
    "webhook": "whsec_9k2m4x7q",
    "client_secret": "csec_Qw3eRt5yUi8o",
    "access_token": "atok_1aaaa1111",
    "new_access_token": "atok_2cccc3333",
    "refresh_token": "rtok_1bbbb2222",
    "new_refresh_token": "rtok_2dddd4444",
    "application_token": "apptok_c0ffee",
    "password": "pass_w0rd99",
}
STORED = {
    "access_token": SECRETS["access_token"],
    "application_token": SECRETS["application_token"],
    "refresh_token": SECRETS["refresh_token"],
    "domain": "demo.bitrix24.test",
    "client_endpoint": "https://demo.bitrix24.test/rest/",
}
RENEWED = json.dumps(
    {"access_token": SECRETS["new_access_token"], "refresh_token": SECRETS["new_refresh_token"]}
)


def _logs(folder: Path) -> str:
    return "\n".join(
        path.read_text("utf-8") for path in sorted((folder / "logs").rglob("*")) if path.is_file()
    )


def _leaks(text: str) -> list[str]:
    return [name for name, secret in SECRETS.items() if secret in text]


@pytest.mark.parametrize("is_dump", [True, False], ids=["dump", "json"])
@pytest.mark.parametrize(
    "charset", [{}, {"C_REST_CURRENT_ENCODING": "windows-1251"}], ids=["plain", "cp1251"]
)
def test_no_secret_reaches_a_log_file(scripted: Any, tmp_path: Path, is_dump: bool, charset: Any) -> None:
    """Webhook call, refresh, batch, failure, installation: every log file is clean."""

    class Hook(CRest):
        pass

    class App(CRest):
        pass

    common: dict[str, Any] = {
        "settings_dir": tmp_path,
        "transport": scripted,
        "C_REST_LOG_TYPE_DUMP": is_dump,
        "C_REST_CLIENT_ID": "local.1",
        "C_REST_CLIENT_SECRET": SECRETS["client_secret"],
        **charset,
    }
    hook = f"https://admin:{SECRETS['password']}@demo.test/rest/1/{SECRETS['webhook']}"
    Hook.configure(**common, C_REST_WEB_HOOK_URL=hook + "/")
    App.configure(**common)
    (tmp_path / "settings.json").write_text(json.dumps(STORED))
    echo = json.dumps({"result": f"you sent auth={SECRETS['new_access_token']}&x=1 to {hook}/m.json"})
    scripted.answers += [echo, ConnectionRefusedError(), '{"error":"expired_token"}', RENEWED, echo, echo]

    Hook.call("m", {"a": "b"})
    Hook.call_batch({"a": {"method": "m"}})
    App.call("profile", {"note": SECRETS["access_token"]})
    App.call_batch({"x": {"method": "m", "params": {"auth": SECRETS["new_access_token"]}}})
    App.install_app({"event": "ONAPPINSTALL", "auth": STORED})
    App.install_app({"PLACEMENT": "DEFAULT", "AUTH_ID": SECRETS["access_token"], "DOMAIN": "d.test"})
    App.set_log(
        {"client_secret": SECRETS["client_secret"], "raw": f"Bearer {SECRETS['access_token']}"}, "own"
    )

    text = _logs(tmp_path)
    assert text.count("***") > 10
    assert _leaks(text) == []


def test_a_webhook_without_final_slash_is_masked_too(scripted: Any, tmp_path: Path) -> None:
    """The method is glued to the code then, and the code is masked inside the word."""

    class Portal(CRest):
        pass

    hook = f"https://demo.test/rest/1/{SECRETS['webhook']}"
    Portal.configure(settings_dir=tmp_path, transport=scripted, C_REST_WEB_HOOK_URL=hook)
    scripted.answers.append("{}")

    Portal.call("profile")

    assert _leaks(_logs(tmp_path)) == []


def test_the_original_log_is_there_when_the_switch_is_off(scripted: Any, tmp_path: Path) -> None:
    """With redact_logs off the file holds what PHP's holds."""

    class Portal(CRest):
        pass

    (tmp_path / "settings.json").write_text(json.dumps(STORED))
    Portal.configure(settings_dir=tmp_path, transport=scripted, quirks={"redact_logs": False})
    scripted.answers.append('{"result":true}')

    Portal.call("profile")

    assert json.loads(_logs(tmp_path))["params"]["params"] == {"auth": SECRETS["access_token"]}


def test_ordinary_data_stay_as_they_are(tmp_path: Path) -> None:
    """Masking touches secrets only: structure, keys and other texts are kept."""

    class Portal(CRest):
        pass

    Portal.configure(settings_dir=tmp_path)
    data = {"request": {"TITLE": "Отдых / rest", "ids": [1, 2.5, None, True]}, "5": "пять"}

    size = Portal.set_log(data, "own")

    text = _logs(tmp_path)
    assert json.loads(text) == data
    assert size == len(text)


def test_what_cannot_be_a_secret_is_not_masked(tmp_path: Path) -> None:
    """True, false and fractions under the name of a secret stay: the log has the original's bytes."""
    CRest.configure(settings_dir=tmp_path, C_REST_LOG_TYPE_DUMP=True)

    CRest.set_log({"auth": False, "token": 0.5, "secret": True})

    dump = "array (\n  'auth' => false,\n  'token' => 0.5,\n  'secret' => true,\n)"
    assert dump == _logs(tmp_path)


def test_a_log_in_a_path_object_gets_its_folder(tmp_path: Path) -> None:
    """A text is a prefix as in PHP (log-dir-prefix); a Path is a folder."""

    class Portal(CRest):
        pass

    Portal.configure(settings_dir=tmp_path, C_REST_LOGS_DIR=tmp_path / "own")

    Portal.set_log({"a": 1}, "t")

    assert [path.name for path in tmp_path.iterdir()] == ["own"]


def test_data_of_unknown_types_are_dumped_as_text(tmp_path: Path) -> None:
    """What JSON cannot say goes to the backup file, as in PHP (log-backup)."""

    class Portal(CRest):
        pass

    Portal.configure(settings_dir=tmp_path)

    Portal.set_log({"a": float("inf"), "b": Path("x")}, "t")

    (file,) = [path for path in (tmp_path / "logs").rglob("*") if path.is_file()]
    assert file.name.endswith("log_backup.txt")
    assert file.read_text() == "array (\n  'a' => INF,\n  'b' => 'x',\n)"
