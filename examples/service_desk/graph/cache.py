"""The graph's file cache, keys and life times of the original."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from examples.service_desk.graph.options import Options
from examples.service_desk.rules import Json

__all__ = ["Cache", "cached"]

_LIFE_S = {"weeks": 120, "months": 300}
_FLAGS = ("includeTickets", "includeNewTicketsByStages", "includeCarryoverTicketsByDuration")


class Cache:
    """Answers kept in a folder, one file a key."""

    def __init__(self, folder: Path | str) -> None:
        self._folder = Path(folder)

    def read(self, key: str, now: datetime) -> dict[str, Json] | None:
        """Return a kept answer that is still valid, its last second included."""
        try:
            kept = json.loads(self._file(key).read_text("utf-8"))
        except (FileNotFoundError, ValueError):
            return None
        age_s = now.timestamp() - kept["time"]
        return dict(kept["answer"]) if age_s <= _LIFE_S[key.partition("_")[0]] else None

    def write(self, key: str, answer: dict[str, Json], now: datetime) -> None:
        """Keep an answer; a reader never sees half of it."""
        self._folder.mkdir(parents=True, exist_ok=True)
        draft = self._file(key).with_suffix(f".{os.getpid()}")
        draft.write_text(json.dumps({"time": now.timestamp(), "answer": answer}), "utf-8")
        draft.replace(self._file(key))

    def _file(self, key: str) -> Path:
        return self._folder / f"{key}.json"


def cached(cache: Cache, options: Options, make: Callable[[], dict[str, Json]]) -> dict[str, Json]:
    """Return a kept answer, or make one and keep it."""
    exact = _key(options, options.given)
    if not options.wants("forceRefresh"):
        for kind, key in _candidates(options, exact):
            found = cache.read(key, options.now)
            if found is not None:
                hit = {**found, "cache_used": True, "cache_key": key, "cache_type": kind}
                return {**hit, "original_key": exact} if kind == "universal" else hit
    fresh = make()
    cache.write(exact, fresh, options.now)
    return fresh


def _candidates(options: Options, exact: str) -> list[tuple[str, str]]:
    if options.mode == "months":
        return [("exact", exact)]
    # The universal entry answers requests with other flags and another product (SD-GRA-10).
    universal = {
        **options.given,
        "product": "1C",
        **dict.fromkeys((*_FLAGS, "includeCarryoverTickets"), True),
    }
    return [("exact", exact), ("universal", _key(options, universal))]


def _key(options: Options, values: dict[str, Json] | Json) -> str:
    bounds = options.span.as_week()
    dates = {name: bounds[name] for name in ("weekStartUtc", "weekEndUtc")} if options.mode == "weeks" else {}
    parts = {
        **{name: values[name] for name in ("product", "periodMode", *_FLAGS)},
        **dates,
        "includeCarryoverTickets": values["includeCarryoverTickets"],
    }
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":")).replace("/", "\\/")
    return f"{options.mode}_{hashlib.md5(text.encode('utf-8'), usedforsecurity=False).hexdigest()}"
