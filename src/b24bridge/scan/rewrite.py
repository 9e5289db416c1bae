"""Repairs of a tree: shown as a diff, or written.

A repair that is not sure does nothing. Rounds follow until nothing changes, so a second run finds nothing;
a file that would not parse any more is left as it is.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from b24bridge.auth.files import replace_file
from b24bridge.scan.edit import Edit, apply
from b24bridge.scan.engine import open_project
from b24bridge.scan.fixes.checks import error_check
from b24bridge.scan.fixes.js_paging import paging_callback
from b24bridge.scan.fixes.paging import paging_next, paging_request, paging_start
from b24bridge.scan.fixes.secrets import client_secret, webhook_url
from b24bridge.scan.fixes.settings import Settings, read_settings
from b24bridge.scan.names import Names
from b24bridge.scan.parsed import blocks_of, copied_sdk
from b24bridge.scan.site import Block, Site
from b24bridge.scan.sites import sites_of
from b24bridge.scan.source import encoding_of
from b24bridge.wire.secrets import mask

__all__ = ["ENVIRONMENT_FILE", "FIXES", "Change", "fix_text", "fix_tree"]

Fix = Callable[[Block, Site], Iterator[Edit]]

FIXES: Mapping[str, Fix] = {
    "client-secret": client_secret,
    "error-check": error_check,
    "paging-callback": paging_callback,
    "paging-next": paging_next,
    "paging-request": paging_request,
    "paging-start": paging_start,
    "webhook-url": webhook_url,
}
ENVIRONMENT_FILE = "b24bridge.env"
_MAX_ROUNDS = 6


@dataclass(frozen=True, slots=True)
class Change:
    """A file before and after.

    Attributes:
        path: Path under the root.
        before: Text before.
        after: Text after.
        notes: What a person has to do besides.
        secrets: Values taken out of the source, by the name of their setting; never printed.
    """

    path: str
    before: str
    after: str
    notes: tuple[str, ...] = ()
    secrets: tuple[tuple[str, str], ...] = ()

    def diff(self) -> str:
        """Return a unified diff without secrets."""
        lines = difflib.unified_diff(
            mask(self.before).splitlines(keepends=True),
            mask(self.after).splitlines(keepends=True),
            f"a/{self.path}",
            f"b/{self.path}",
        )
        return "".join(
            line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
        )

    def __repr__(self) -> str:
        return f"Change(path={self.path!r})"


def fix_tree(
    root: Path | str, *, only: Collection[str] | None = None, write: bool = False
) -> Iterator[Change]:
    """Yield the files that repairs change.

    Args:
        root: A folder, or one file.
        only: Names of the repairs to make; all of :data:`FIXES` otherwise.
        write: Change the files; a webhook address goes to ``b24bridge.env`` beside them.
    """
    place = Path(root)
    project = open_project(place)
    kept = (place if place.is_dir() else place.parent) / ENVIRONMENT_FILE
    settings = Settings(dict(read_settings(kept.read_text("utf-8")) if kept.exists() else {}))
    for file in project.files:
        data = file.place.read_bytes()
        encoding = encoding_of(data)
        try:
            before = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        change = fix_text(file.path, file.language, before, project.names, only, settings)
        if change is None:
            continue
        if write:
            replace_file(file.place, change.after.encode(encoding))
            _keep_secrets(place if place.is_dir() else place.parent, change)
        yield change


def fix_text(
    path: str,
    language: str,
    before: str,
    names: Names | None = None,
    only: Collection[str] | None = None,
    settings: Settings | None = None,
) -> Change | None:
    """Return the change to one file, or None.

    Args:
        path: Name to report.
        language: Its language.
        before: Its text.
        names: Names of the project.
        only: Names of the repairs to make.
        settings: Names of the secrets taken out of other files.
    """
    settings = settings if settings is not None else Settings()
    known = names if names is not None else Names()
    data = before.encode()
    broken = len(blocks_of(path, language, data, known)[1])
    notes: dict[str, None] = {}
    secrets: list[tuple[str, str]] = []
    for _ in range(_MAX_ROUNDS):
        edits = _edits(path, language, data, known, only)
        if not edits:
            break
        edits = [settings.named(edit) for edit in edits]
        data = apply(data, edits)
        notes.update((edit.note, None) for edit in edits if edit.note)
        secrets += [edit.secret for edit in edits if edit.secret is not None]
    after = data.decode()
    if after == before or len(blocks_of(path, language, data, known)[1]) > broken:
        return None
    return Change(path, before, after, tuple(notes), tuple(secrets))


def _edits(path: str, language: str, data: bytes, names: Names, only: Collection[str] | None) -> list[Edit]:
    blocks, _ = blocks_of(path, language, data, names)
    if any(copied_sdk(block.facts) for block in blocks):
        return []
    chosen = [fix for name, fix in FIXES.items() if only is None or name in only]
    found: list[Edit] = []
    for block in blocks:
        for site in sites_of(block):
            for fix in chosen:
                edits = list(fix(block, site))
                if edits and not any(_overlap(edit, other) for edit in edits for other in found):
                    found += edits
    return found


def _overlap(edit: Edit, other: Edit) -> bool:
    return (edit.start < other.end and other.start < edit.end) or edit.start == other.start


def _keep_secrets(folder: Path, change: Change) -> None:
    """Add the values to the environment file, readable by its owner only."""
    if not change.secrets:
        return
    place = folder / ENVIRONMENT_FILE
    present = place.read_text("utf-8").splitlines() if place.exists() else []
    lines = [line for name, value in change.secrets if (line := f"{name}={value}") not in present]
    if lines:
        handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "a", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in dict.fromkeys(lines))
