"""Where the reading of a list stands, kept in a file: a program that was stopped goes on behind it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from b24bridge.auth.files import replace_file
from b24bridge.engine.report import BY_OFFSET, Report
from b24bridge.errors import ConfigError
from b24bridge.modern.lists import Rows
from b24bridge.wire.call import Json

__all__ = ["ListPosition"]

#: Rows after which the file is written: each time it goes to the disk, which takes milliseconds.
EVERY = 1000


class ListPosition:
    """A file that says how far a list was read.

    Example:
        >>> kept = ListPosition("deals.position")  # doctest: +SKIP
        >>> for page in kept.pages(b24.crm.deals.list()):  # doctest: +SKIP
        ...     store(page)  # counts as read when the next page is asked for

    Args:
        path: The file; it is made with the first page. One that is there is gone on from.
    """

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)
        #: How complete the last reading was; None before.
        self.report: Report | None = None

    @property
    def rows(self) -> int:
        """Number of rows that were read so far, in all runs."""
        return int((self._load() or {}).get("rows", 0))

    def pages(self, rows: Rows[Any]) -> Iterator[list[Any]]:
        """Yield the pages behind the position; one counts as read when the next is asked for.

        The file is written when the reading ends in any way, and each thousand rows: of a program that is
        killed at most so many come again. Read by id, a list that was finished brings what is new behind
        its last row; read by offset it brings nothing more, since a portal that is asked for what lies
        behind the end may begin anew.

        Args:
            rows: The list, the same in each run.

        Raises:
            ConfigError: The file belongs to another list, or cannot be read.
        """
        call = rows.call
        asked = {"method": call.method, "params": json.loads(json.dumps(call.params, default=str))}
        kept = self._load()
        if kept is not None and {key: kept.get(key) for key in asked} != asked:
            raise ConfigError(
                f"{self._path.name} is the position of another list ({kept.get('method')}).",
                remedy="Name another file, or delete this one to begin anew.",
            )
        read = int(kept["rows"]) if kept is not None else 0
        if kept is not None and kept.get("finished") and kept.get("strategy") in BY_OFFSET:
            self.report = Report(str(kept["strategy"]), finished=True)
            return
        reading = rows if kept is None else rows.read(resume=kept["position"])
        saved, position, finished = read, None, False

        def save() -> None:
            nonlocal saved
            report = reading.report
            if report is not None and position is not None and (read > saved or finished):
                state = {"position": position, "rows": read, "strategy": report.strategy}
                self._save({**asked, **state, "finished": finished})
                saved = read

        try:
            for page in reading.pages():
                self.report = reading.report
                yield page
                read += len(page)
                position = reading.report and reading.report.position
                if read - saved >= EVERY:
                    save()
            self.report = reading.report
            finished = True
        finally:
            save()

    def _load(self) -> dict[str, Json] | None:
        try:
            kept = json.loads(self._path.read_text("utf-8"))
        except FileNotFoundError:
            return None
        except ValueError as exc:
            raise self._damaged() from exc
        is_whole = isinstance(kept, dict) and isinstance(kept.get("rows"), int)
        if not is_whole or kept.get("position") is None:
            raise self._damaged()
        return dict(kept)

    def _damaged(self) -> ConfigError:
        return ConfigError(
            f"{self._path.name} is no position of a list.",
            remedy="Name another file, or delete this one to begin anew.",
        )

    def _save(self, kept: Mapping[str, Json]) -> None:
        replace_file(self._path, json.dumps(kept, ensure_ascii=False).encode(), mode=0o600)
