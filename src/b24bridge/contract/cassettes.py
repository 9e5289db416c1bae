"""Cassettes: recorded exchanges of one run of a module, in files that people can read and commit.

The file is a cassette of vcrpy in JSON or YAML with one more key, ``about``: the module, what it was asked
and when. YAML is read by the safe loader only. A cassette in which a secret is left is neither written nor
read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from b24bridge.contract.exchanges import Exchange
from b24bridge.contract.scrub import kinds_left
from b24bridge.errors import ConfigError
from b24bridge.report.files import write_text
from b24bridge.wire.call import Json

__all__ = [
    "SUFFIXES",
    "About",
    "Cassette",
    "SecretLeft",
    "cassette_files",
    "find_cassette",
    "load_cassette",
    "save_cassette",
]

SUFFIXES: Final = (".json", ".yaml", ".yml")


class SecretLeft(ConfigError):
    """A cassette shows a secret."""


@dataclass(frozen=True, slots=True)
class About:
    """What was recorded.

    Attributes:
        module: Import name of the module, with ``legacy`` and ``modern`` below it.
        request: What the module was asked.
        now: Moment at which it was asked, ISO text.
        answer: Fingerprint of what the old path answered.
        noise: Patterns of places that the old path does not repeat to itself.
        repaired: How many of the exchanges, the last ones, the new path had when it repaired the defects.
        data: Where the answers come from.
    """

    module: str = ""
    request: Mapping[str, Json] = field(default_factory=dict)
    now: str = ""
    answer: str = ""
    noise: tuple[str, ...] = ()
    data: str = ""
    repaired: int = 0


@dataclass(frozen=True, slots=True)
class Cassette:
    """A recording.

    Attributes:
        name: Name of the file without suffix.
        about: What was recorded.
        exchanges: Requests and answers, scrubbed, in order.
    """

    name: str
    about: About
    exchanges: tuple[Exchange, ...]

    @property
    def played(self) -> tuple[Exchange, ...]:
        """Return what the old path asked and got; the rest only tells what the portal holds."""
        return self.exchanges[: len(self.exchanges) - self.about.repaired]


def save_cassette(cassette: Cassette, file: Path, *, known: Mapping[str, str] | None = None) -> None:
    """Write a cassette, atomically.

    Args:
        known: Secrets that must not be in it, by kind.

    Raises:
        SecretLeft: It shows a secret; nothing is written.
        ConfigError: The file cannot be written.
    """
    from vcr.serialize import serialize

    about = {name: getattr(cassette.about, name) for name in About.__slots__ if getattr(cassette.about, name)}
    text = serialize(_to_vcr(cassette.exchanges), _Serializer(file.suffix, about))
    _refuse_secrets(file.stem, text, known or {})
    write_text(file, text)


def load_cassette(file: Path) -> Cassette:
    """Read a cassette.

    Raises:
        ConfigError: The file is missing or is no cassette.
        SecretLeft: It shows a secret.
    """
    from vcr.serialize import deserialize

    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"Cassette {file} cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise ConfigError(
            f"Cassette {file} cannot be read: it is not UTF-8.", remedy="Record it again."
        ) from error
    _refuse_secrets(file.stem, text, {})
    serializer = _Serializer(file.suffix, {})
    try:
        requests, answers = deserialize(text, serializer)[:2]
        exchanges = tuple(map(_from_vcr, requests, answers))
        about = About(**{**serializer.about, "noise": tuple(serializer.about.get("noise", ()))})
        if not 0 <= about.repaired <= len(exchanges):
            raise ValueError("more exchanges of the new path than there are")
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ConfigError(
            f"Cassette {file} cannot be read ({type(error).__name__}).", remedy="Record it again."
        ) from error
    return Cassette(file.stem, about, exchanges)


def find_cassette(name: str, directory: Path) -> Path:
    """Return the file of a cassette by its name or path.

    Raises:
        ConfigError: There is none; says what there is, the nearest name first.
    """
    given = Path(name)
    candidates = [given, *(directory / f"{name}{suffix}" for suffix in SUFFIXES)]
    for candidate in candidates:
        if candidate.suffix in SUFFIXES and candidate.is_file():
            return candidate
    existing = sorted(file.stem for file in directory.glob("*") if file.suffix in SUFFIXES)
    nearest = get_close_matches(name, existing, n=len(existing) or 1, cutoff=0.0)
    raise ConfigError(
        f"There is no cassette {name!r} in {directory}.",
        remedy=f"There are: {', '.join(nearest)}." if nearest else "Record one with `b24bridge record`.",
    )


def cassette_files(names: Sequence[str], directory: Path) -> list[Path]:
    """Return the files of the named cassettes, or of all in a folder if none is named.

    Raises:
        ConfigError: There is no such cassette, or none at all.
    """
    files = [find_cassette(name, directory) for name in names] or sorted(
        file for file in directory.iterdir() if file.suffix in SUFFIXES
    )
    if not files:
        raise ConfigError(
            f"There is no cassette in {directory}.", remedy="Record one with `b24bridge record`."
        )
    return files


def _refuse_secrets(name: str, text: str, known: Mapping[str, str]) -> None:
    if kinds := kinds_left(text, known):
        raise SecretLeft(
            f"Cassette {name!r} shows a secret: {', '.join(kinds)}.",
            remedy="It was not used. Record it again; a secret that was committed must be renewed.",
        )


class _Serializer:
    """The serializer that vcrpy asks for, with one more key at the top."""

    def __init__(self, suffix: str, about: Mapping[str, Json]) -> None:
        if suffix not in SUFFIXES:
            raise ConfigError(f"A cassette ends in {', '.join(SUFFIXES)}, not in {suffix!r}.")
        self._yaml = suffix != ".json"
        self.about = dict(about)

    def serialize(self, data: dict[str, Json]) -> str:
        data = {"about": _plain(self.about), **data}
        if not self._yaml:
            return json.dumps(data, ensure_ascii=False, indent=1) + "\n"
        import yaml

        return yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=110)

    def deserialize(self, text: str) -> dict[str, Json]:
        if self._yaml:
            import yaml

            try:
                data = yaml.safe_load(text)
            except yaml.YAMLError as error:
                raise ValueError("unreadable YAML") from error
        else:
            data = json.loads(text)
        self.about = dict(data.pop("about", {}))
        return dict(data)


def _plain(value: Any) -> Json:
    return json.loads(json.dumps(value))


def _to_vcr(exchanges: tuple[Exchange, ...]) -> dict[str, list[Any]]:
    from vcr.request import Request

    return {
        "requests": [
            Request(one.verb, one.url, one.body, {name: [value] for name, value in one.headers})
            for one in exchanges
        ],
        "responses": [
            {
                "status": {"code": one.status, "message": ""},
                "headers": {name: [value] for name, value in one.answer_headers},
                "body": {"string": one.answer},
            }
            for one in exchanges
        ],
    }


def _from_vcr(request: Any, answer: dict[str, Any]) -> Exchange:
    body = request.body or b""
    return Exchange(
        request.method,
        request.uri,
        _pairs(request.headers),
        body.encode() if isinstance(body, str) else bytes(body),
        int(answer["status"]["code"]),
        _pairs(answer["headers"]),
        bytes(answer["body"]["string"] or b""),
    )


def _pairs(headers: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name.lower(), str(value))
        for name, values in headers.items()
        for value in (values if isinstance(values, list) else [values])
    )
