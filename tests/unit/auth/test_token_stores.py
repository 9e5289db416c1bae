"""Where tokens live."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest

from b24bridge.auth.stores import EnvironmentStore, MemoryStore, RedisStore, SettingsFile
from b24bridge.errors import ConfigError
from b24bridge.wire.phpjson import encode


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"u": "https://p/rest/"}, '{"u":"https:\\/\\/p\\/rest\\/"}'),
        ({"a": "<&>'\""}, '{"a":"\\u003C\\u0026\\u003E\\u0027\\u0022"}'),
        ({"a": "Ж😀\x7f\n\\"}, '{"a":"\\u0416\\ud83d\\ude00\x7f\\n\\\\"}'),
        ({}, "[]"),
        ({"0": 1, "1": 2}, "[1,2]"),
        ({"1": 1}, '{"1":1}'),
        ([True, None, -0.0, 1.0, 1e17, 1.5e-7, 0.0001], "[true,null,-0,1,1.0e+17,1.5e-7,0.0001]"),
    ],
)
def test_settings_are_written_as_php_writes_them(value: Any, text: str) -> None:
    """The text is PHP's, as in the crest vectors refresh-settings-slash, install-event-html and -float2."""
    assert text == encode(value)


@pytest.mark.parametrize("value", [float("inf"), "\ud800", object()])
def test_what_json_cannot_hold_is_refused(value: Any) -> None:
    """The file is not touched then."""
    with pytest.raises((ValueError, TypeError)):
        encode({"a": value})


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    """The old file is another one than the new one, and nothing is left beside it."""
    file = tmp_path / "settings.json"
    file.write_text('{"access_token":"old"}')
    before = file.stat().st_ino

    SettingsFile(file).save({"access_token": "new"})

    assert {"access_token": "new"} == json.loads(file.read_text())
    assert before != file.stat().st_ino
    assert ["settings.json"] == [entry.name for entry in tmp_path.iterdir()]


def test_a_new_file_is_for_its_owner_and_an_old_one_keeps_its_rights(tmp_path: Path) -> None:
    """PHP may run as somebody else and must still read it."""
    fresh, shared = tmp_path / "fresh.json", tmp_path / "shared.json"
    shared.write_text("[]")
    shared.chmod(0o664)

    SettingsFile(fresh).save({})
    SettingsFile(shared).save({})

    assert (0o600, 0o664) == (fresh.stat().st_mode & 0o777, shared.stat().st_mode & 0o777)


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """The file behind it is replaced."""
    (tmp_path / "real.json").write_text("[]")
    link = tmp_path / "settings.json"
    link.symlink_to(tmp_path / "real.json")

    SettingsFile(link).save({"a": "1"})

    assert link.is_symlink()
    assert '{"a":"1"}' == (tmp_path / "real.json").read_text()


def full_disk(_: int) -> None:
    """Stand for a disk that is full when the data reaches it."""
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever goes wrong, the tokens that were there are still there."""
    file = tmp_path / "settings.json"
    file.write_text('{"access_token":"old"}')
    monkeypatch.setattr(os, "fsync", full_disk)

    with pytest.raises(OSError, match="No space left"):
        SettingsFile(file).save({"access_token": "new"})

    assert '{"access_token":"old"}' == file.read_text()
    assert [file] == list(tmp_path.iterdir())


def test_two_programs_that_write_at_once_share_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An installation arrives while another is being written: one of them wins as a whole."""
    file = tmp_path / "settings.json"
    calls: list[int] = []

    def other_first(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == 1:
            SettingsFile(file).save({"access_token": "a longer one of the other program"})

    monkeypatch.setattr(os, "fsync", other_first)

    SettingsFile(file).save({"access_token": "mine"})

    assert '{"access_token":"mine"}' == file.read_text()
    assert [file] == list(tmp_path.iterdir())


@pytest.mark.parametrize("text", [None, "", "  \n", "[]", "5", '"x"'])
def test_a_file_without_settings_is_empty(tmp_path: Path, text: str | None) -> None:
    """Missing, empty and without a map are the same: not installed."""
    file = tmp_path / "settings.json"
    if text is not None:
        file.write_text(text)

    assert {} == SettingsFile(file).load()


@pytest.mark.parametrize("text", ["{", "not json", '{"access_token":"secret'])
def test_a_damaged_file_is_an_error_without_its_content(tmp_path: Path, text: str) -> None:
    """The error says what to do and shows no token."""
    file = tmp_path / "settings.json"
    file.write_text(text)

    with pytest.raises(ConfigError, match="damaged") as caught:
        SettingsFile(file).load()

    assert "secret" not in str(caught.value)


def test_a_lock_excludes_other_objects_over_the_same_file(tmp_path: Path) -> None:
    """Two clients of one program exclude each other as two processes do."""
    first, second = SettingsFile(tmp_path / "s.json"), SettingsFile(tmp_path / "s.json")

    assert first.try_lock()
    assert not second.try_lock()
    first.unlock()
    assert second.try_lock()
    second.unlock()


def test_a_folder_that_cannot_be_written_is_a_clear_error(tmp_path: Path) -> None:
    """Renewed tokens would be lost there."""
    with pytest.raises((ConfigError, OSError)):
        SettingsFile(tmp_path / "missing" / "deep" / "s.json").save({"a": "1"})


def test_the_environment_gives_tokens() -> None:
    """Renewed ones stay in memory."""
    store = EnvironmentStore({"B24BRIDGE_ACCESS_TOKEN": "t", "B24BRIDGE_DOMAIN": "p.example", "OTHER": "x"})

    assert {"access_token": "t", "domain": "p.example"} == store.load()


def test_memory_gives_copies() -> None:
    """A caller cannot change what is stored by accident."""
    store = MemoryStore({"a": 1})

    store.load()["a"] = 2

    assert {"a": 1} == store.load()


class FakeRedis:
    """A client of the redis package, as far as it is used."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.held: set[str] = set()

    def get(self, name: str) -> Any:
        """Return a value."""
        return self.values.get(name)

    def set(self, name: str, value: str) -> Any:
        """Store a value."""
        self.values[name] = value

    def lock(self, name: str, timeout: float) -> Any:
        """Return a lock."""
        held = self.held

        class Lock:
            def acquire(self, blocking: bool = True) -> bool:
                if name in held:
                    return False
                held.add(name)
                return True

            def release(self) -> None:
                held.remove(name)

        return Lock()


def test_redis_keeps_tokens_for_several_machines() -> None:
    """Value and lock carry the name of the installation."""
    redis = FakeRedis()
    first, second = RedisStore(redis, "b24:p"), RedisStore(redis, "b24:p")

    first.save({"access_token": "t"})

    assert {"access_token": "t"} == second.load()
    assert first.try_lock()
    assert not second.try_lock()
    first.unlock()
    assert second.try_lock()
