"""The first pass: the names that a project gives to what talks to the portal."""

from __future__ import annotations

from b24bridge.scan.apis import jssdk
from b24bridge.scan.model import Skipped
from b24bridge.scan.names import Change, Names, close, words_in
from b24bridge.scan.parsed import Cache
from b24bridge.scan.source import MAX_BYTES, Found, artifact_reason, decode
from b24bridge.scan.summary import Look, look
from b24bridge.scan.wanted import Wanted

__all__ = ["MAX_ROUNDS", "learn", "read_file"]

MAX_ROUNDS = 4


def read_file(file: Found, skipped: list[Skipped]) -> bytes | None:
    """Return the bytes of a file, or None and note why not."""
    try:
        if file.place.stat().st_size > MAX_BYTES:
            skipped.append(Skipped(file.path, "too-large"))
            return None
        return file.place.read_bytes()
    except OSError as exc:
        skipped.append(Skipped(file.path, f"unreadable: {exc.strerror or type(exc).__name__}"))
        return None


def learn(candidates: list[Found], rest: list[Found], cache: Cache) -> tuple[Names, list[Found]]:
    """Return the names of the project and the files that hold something of ours."""
    names = Names()
    looks: dict[str, Look] = {}
    pending = candidates
    for _ in range(MAX_ROUNDS):
        before = names
        for file in pending:
            data = read_file(file, [])
            if data is not None:
                with cache.opened(file, decode(data)) as parsed:
                    looks[file.path] = look(file.path, parsed, names)
        names = close(look.summary for look in looks.values())
        if names.size == before.size:
            pending = []
            break
        wanted = Wanted(names, before)
        new = [file for file in rest if _mentions(file, wanted)]
        # A class learnt late makes more calls known, also in files seen before.
        change = names.changed_since(before)
        pending = new + [file for file in candidates if _is_touched(file, looks.get(file.path), change)]
        candidates = candidates + new
        found = {file.path for file in new}
        rest = [file for file in rest if file.path not in found]
    unsettled = {file.path for file in pending}
    speaking = [file for file in candidates if file.path in unsettled or _speaks(looks.get(file.path), names)]
    return names, speaking


def _is_touched(file: Found, seen: Look | None, change: Change) -> bool:
    """Whether another look at a file would tell more than the first one."""
    if seen is None:
        return True
    if not change.scopes.isdisjoint(seen.scopes):
        return True
    # What forwards a method matters to a look only where the look took it for a request.
    if not change.wrappers.isdisjoint(seen.sent):
        return True
    called = change.senders | jssdk.CALLS if change.uses_jssdk else change.senders
    return not called.isdisjoint(seen.called) or (bool(change.words) and _holds(file, change.words))


def _speaks(seen: Look | None, names: Names) -> bool:
    """Whether a file holds something of ours, by itself or by the wrappers of the project."""
    if seen is None or seen.is_speaking:
        return True
    if not names.called.isdisjoint(seen.called):
        return True
    return any(forward.is_guess and forward.key[:2] in names.wrappers for forward in seen.summary.forwards)


def _mentions(file: Found, wanted: Wanted) -> bool:
    data = read_file(file, [])
    if data is None or not wanted.is_in(data.lower()):
        return False
    return artifact_reason(file.path, file.language, data) is None


def _holds(file: Found, words: frozenset[bytes]) -> bool:
    data = read_file(file, [])
    return data is not None and not words.isdisjoint(words_in(data))
