"""Values, comparison and replay of CRest's vectors (tests/vectors/crest/README.md)."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from crest_server import Request, Script, Servers

from b24bridge.legacy.crest import CRest

_PLACEHOLDER = re.compile(r"\{\{(portal2?|sportal|closed|dir)\}\}")
_LOG = re.compile(r"\d{4}-\d\d-\d\d/\d\d/\d+_(?P<type>.*)_\d{1,7}log")
_COMPARED_HEADERS = ("user-agent", "content-type", "cookie", "authorization")
_INT64 = range(-(2**63), 2**63)


class Recorder:
    """The hooks of a subclass, and what they were called with."""

    def __init__(self, spec: Mapping[str, Any]) -> None:
        self.calls: list[list[Any]] = []
        self._spec = spec
        self._settings = value_of(spec.get("getSettingData", {}).get("value"))

    def subclass(self) -> type[CRest]:
        """Return a subclass of CRest with the hooks and constants of the case."""
        members: dict[str, Any] = dict(self._spec.get("constants", {}))
        if "getSettingData" in self._spec:
            members["get_setting_data"] = classmethod(lambda cls: self._settings)
        if "setSettingData" in self._spec:
            members["set_setting_data"] = classmethod(lambda cls, data: self._set_settings(data))
        if "setLog" in self._spec:
            members["set_log"] = classmethod(lambda cls, *arguments: self._set_log(*arguments))
        return type("Portal", (CRest,), members)

    def _set_settings(self, data: Any) -> Any:
        rule = self._spec["setSettingData"]
        self.calls.append(["setSettingData", data])
        if "throw" in rule:
            raise RuntimeError(rule["throw"])
        if rule.get("memory"):
            self._settings = data
        return value_of(rule.get("return"))

    def _set_log(self, data: Any, type: str = "") -> Any:
        rule = self._spec["setLog"]
        self.calls.append(["setLog", type, [str(key) for key in data]])
        if rule.get("throw_on") == type:
            raise RuntimeError(rule["message"])
        return value_of(rule.get("return"))


def filled(data: Any, addresses: Mapping[str, str]) -> Any:
    """Return JSON data with the placeholders of servers and folder replaced."""
    if isinstance(data, str):
        return _PLACEHOLDER.sub(lambda match: addresses[match[1]], data)
    if isinstance(data, list):
        return [filled(item, addresses) for item in data]
    if isinstance(data, dict):
        return {filled(key, addresses): filled(item, addresses) for key, item in data.items()}
    return data


def value_of(data: Any) -> Any:
    """Return the Python value of a PHP value as the vectors write it."""
    match data:
        case {"$text": text}:
            return text
        case {"$b64": encoded}:
            return base64.b64decode(encoded)
        case {"$repeat": text, "$count": count}:
            return text * count
        case {"$float": name}:
            return float(name)
        case {"$json": text}:
            return json.loads(text)
        case {"$map": pairs}:
            return {value_of(key): value_of(item) for key, item in pairs}
        case dict():
            return {key: value_of(item) for key, item in data.items()}
        case list():
            return [value_of(item) for item in data]
    return data


def same(expected: Any, actual: Any) -> bool:
    """Tell whether a value is the recorded one under the rules of the README."""
    waiting = [(expected, actual)]
    while waiting:
        left, right = waiting.pop()
        if (
            isinstance(left, dict)
            and "$curl_message" not in left
            and any(key.startswith("$") for key in left)
        ):
            left = value_of(left)
        if isinstance(left, (dict, list)) and not (isinstance(left, dict) and "$curl_message" in left):
            if not isinstance(right, (dict, list)) or _keys(left) != _keys(right):
                return False
            waiting.extend(zip(_items(left), _items(right), strict=True))
        elif not _same_scalar(left, right):
            return False
    return True


def _same_scalar(expected: Any, actual: Any) -> bool:
    if isinstance(expected, dict):  # {"$curl_message": ...}
        return isinstance(actual, str) and actual != ""
    if isinstance(expected, float) and isinstance(actual, int) and not isinstance(actual, bool):
        return (actual not in _INT64 and float(actual) == expected) or (
            actual == 0 and str(expected) == "-0.0"
        )
    return type(expected) is type(actual) and expected == actual


def _keys(array: Any) -> list[str]:
    keys = range(len(array)) if isinstance(array, list) else array
    return [key.decode("latin-1") if isinstance(key, bytes) else str(key) for key in keys]


def _items(array: Any) -> list[Any]:
    return array if isinstance(array, list) else list(array.values())


def run_case(case: dict[str, Any], servers: Servers, folder: Path, read_output: Any) -> list[str]:
    """Replay a case and return what differs from the recording, one line each."""
    addresses = {**servers.addresses, "dir": str(folder)}
    case = {**case, **{key: filled(case[key], addresses) for key in case if key not in ("id", "title")}}
    _prepare(case, folder)
    script = servers.script = Script(list(case["responses"]))
    recorder = Recorder(case.get("subclass", {}))
    subject = recorder.subclass()
    expect = case["expect"]
    relaxed = set(case.get("deviation", {}).get("relax", ()))
    defines = {name: value_of(value) for name, value in case["defines"].items()}
    differences: list[str] = []
    fatal = False
    try:
        subject.configure(
            settings_dir=folder, oauth_url=f"https://{servers.addresses['oauth']}/oauth/token/", **defines
        )
    except Exception:
        if {"requests", "returns", "settings", "logs"} <= relaxed:
            return []
        raise
    for index, (operation, wanted) in enumerate(zip(case["ops"], expect["returns"], strict=False)):
        got = _perform(subject, operation, folder)
        if isinstance(wanted, dict) and "$fatal" in wanted:
            fatal = True
            if not isinstance(got, (TypeError, dict, list)):
                differences.append(f"operation {index}: PHP died, got {got!r}")
            break
        if isinstance(wanted, dict) and "$thrown" in wanted:
            if not isinstance(got, RuntimeError) or str(got) != wanted["$thrown"]["message"]:
                differences.append(f"operation {index}: expected the hook's exception, got {got!r}")
            continue
        if isinstance(got, BaseException):
            raise got
        if "returns" not in relaxed and not same(wanted, got):
            differences.append(f"operation {index}: expected {_short(wanted)}, got {_short(got)}")
    output = read_output()
    if not fatal and "".join(text or "" for text in expect.get("stdout", [])) != output:
        differences.append(f"printed {output!r}")
    if "requests" not in relaxed:
        is_open = fatal or "extra_requests" in relaxed
        differences += _request_differences(expect["requests"], script.requests, is_open=is_open)
    if fatal:
        return differences
    if "settings" not in relaxed:
        differences += _settings_differences(expect["settings_after"], folder)
    if "logs" not in relaxed:
        differences += _log_differences(expect["logs"], folder)
    if "hooks" in expect and "hooks" not in relaxed:
        differences += _hook_differences(expect["hooks"], recorder.calls)
    return differences


def _prepare(case: dict[str, Any], folder: Path) -> None:
    if "settings_before" in case:
        (folder / "settings.json").write_bytes(_raw(case["settings_before"]))
    for file in case.get("files_before", []):
        path = folder / file["path"]
        if file.get("dir"):
            path.mkdir(parents=True)
        elif "symlink" in file:
            path.symlink_to(file["symlink"])
        else:
            path.write_bytes(_raw(file["content"]))


def _raw(content: Any) -> bytes:
    value = value_of(content)
    return value if isinstance(value, bytes) else value.encode()


def _perform(subject: type[CRest], operation: dict[str, Any], folder: Path) -> Any:
    """Return what an operation gave, or the exception it raised."""
    arguments = {
        name: value_of(operation[name]) for name in ("params", "halt", "type", "print") if name in operation
    }
    try:
        match operation["op"]:
            case "call":
                return subject.call(value_of(operation["method"]), **arguments)
            case "callBatch":
                return subject.call_batch(value_of(operation["data"]), **arguments)
            case "installApp":
                return subject.install_app(value_of(operation["request"]))
            case "checkServer":
                return subject.check_server(**arguments)
            case "setLog":
                return subject.set_log(value_of(operation["data"]), **arguments)
            case "writeSettings":
                (folder / "settings.json").write_bytes(_raw(operation["text"]))
                return None
    except Exception as exc:  # noqa: BLE001  # some cases expect what was raised
        return exc
    raise ValueError(f"unknown operation {operation['op']}")


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) < 400 else text[:400] + "…"


def _request_differences(
    expected: list[dict[str, Any]], actual: list[Request], *, is_open: bool
) -> list[str]:
    differences = []
    if len(actual) < len(expected) or (len(actual) > len(expected) and not is_open):
        differences.append(f"{len(actual)} requests instead of {len(expected)}")
    for index, (wanted, got) in enumerate(zip(expected, actual, strict=False)):
        if (wanted["server"], wanted["method"]) != (got.server, got.method):
            differences.append(f"request {index}: {got.method} to {got.server}")
        if _hex_lower(wanted["target"]) != _hex_lower(got.target):
            differences.append(f"request {index}: target {got.target} instead of {wanted['target']}")
        if not _same_body(wanted, got.body):
            differences.append(
                f"request {index}: body {got.body[:300]!r} instead of {wanted.get('body')!r:.300}"
            )
        left = _headers([tuple(pair) for pair in wanted["headers"]])
        right = _headers(got.headers)
        if left != right:
            differences.append(f"request {index}: headers {right} instead of {left}")
    return differences


def _headers(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted((key.lower(), value) for key, value in pairs if key.lower() in _COMPARED_HEADERS)


def _hex_lower(target: str) -> str:
    return re.sub(r"%[0-9A-Fa-f]{2}", lambda match: match[0].lower(), target)


def _same_body(wanted: dict[str, Any], got: bytes) -> bool:
    if "body_sha256" in wanted:
        return len(got) == wanted["body_len"] and hashlib.sha256(got).hexdigest() == wanted["body_sha256"]
    if "body_b64" in wanted:
        return got == base64.b64decode(wanted["body_b64"])
    return got == wanted["body"].encode()


def _settings_differences(expected: str | None, folder: Path) -> list[str]:
    path = folder / "settings.json"
    got = path.read_text("utf-8") if path.is_file() else None
    if expected is None or got is None:
        return [] if expected == got else [f"settings.json is {got!r} instead of {expected!r}"]
    pattern = ".+".join(re.escape(part) for part in expected.split("{{CURL_MESSAGE}}"))
    return (
        [] if re.fullmatch(pattern, got, re.DOTALL) else [f"settings.json is {got!r} instead of {expected!r}"]
    )


def _log_differences(expected: list[dict[str, Any]], folder: Path) -> list[str]:
    files = {
        _LOG.sub("{DATE}/{HOUR}/{TIME}_\\g<type>_{RAND}log", str(path.relative_to(folder))): path
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    paths = Counter(
        _LOG.sub("{DATE}/{HOUR}/{TIME}_\\g<type>_{RAND}log", name)
        for name in (str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
        if name != "settings.json" and not ("/" not in name and name.endswith(".lock"))
    )
    wanted = Counter(log["path"] for log in expected)
    differences = [] if paths == wanted else [f"log files {dict(paths)} instead of {dict(wanted)}"]
    for log in expected:
        content = log["content"].encode() if "content" in log else None
        if "content_b64" in log:
            content = base64.b64decode(log["content_b64"])
        if content is not None and log["path"] in files and files[log["path"]].read_bytes() != content:
            differences.append(f"{log['path']}: {files[log['path']].read_bytes()!r} instead of {content!r}")
    return differences


def _hook_differences(expected: list[Any], actual: list[list[Any]]) -> list[str]:
    if len(expected) != len(actual):
        return [f"hooks {_short(actual)} instead of {_short(expected)}"]
    differences = []
    for wanted, got in zip(expected, actual, strict=True):
        is_same = wanted[0] == got[0] and (
            same(wanted[1], got[1])
            if wanted[0] == "setSettingData"
            else wanted[1] == got[1] and set(wanted[2] or []) == set(got[2])
        )
        if not is_same:
            differences.append(f"hook {_short(got)} instead of {_short(wanted)}")
    return differences
