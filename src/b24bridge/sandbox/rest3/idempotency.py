"""Requests that may be sent twice: ``Idempotency-Key`` and the replay of the first answer (section 9.5)."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from .errors import bad_key, reused_key

if TYPE_CHECKING:
    from b24bridge.sandbox.methods import Caller
    from b24bridge.sandbox.store import Store

__all__ = ["TABLE", "Replay", "prepare"]

TABLE = "rest3_answers"
_KEPT_S = 24 * 3600
_LONGEST = 255


def prepare(store: Store) -> None:
    """Create the table of answers."""
    store.ensure(TABLE, {"OWNER": "TEXT", "BODY": "TEXT", "ANSWER": "TEXT", "EXPIRES": "REAL"}, ["OWNER"])


class Replay:
    """One request with a key, or without one."""

    def __init__(self, store: Store, key: str | None, caller: Caller, method: str, params: Any) -> None:
        if key is not None and not (0 < len(key) <= _LONGEST and all(" " <= letter <= "~" for letter in key)):
            raise bad_key()
        self._store = store
        self._key = key
        self._owner = json.dumps([caller.key, caller.user_id, method, key])
        self._body = hashlib.sha256(json.dumps(params, sort_keys=True).encode()).hexdigest()

    def known(self, now: float) -> Any:
        """Return the first answer to the same request, or None.

        Raises:
            Refusal: The key came with another body.
        """
        if self._key is None:
            return None
        self._store.run(f"DELETE FROM {TABLE} WHERE EXPIRES<=?", (now,))  # noqa: S608
        row = self._store.one(f"SELECT BODY, ANSWER FROM {TABLE} WHERE OWNER=?", (self._owner,))  # noqa: S608
        if row is None:
            return None
        if row[0] != self._body:
            raise reused_key()
        return json.loads(row[1])

    def keep(self, answer: Any, now: float) -> None:
        """Keep a success for a day."""
        if self._key is not None:
            row = {"OWNER": self._owner, "BODY": self._body, "ANSWER": json.dumps(answer)}
            self._store.insert(TABLE, {**row, "EXPIRES": now + _KEPT_S})

    def headers(self, *, replayed: bool) -> tuple[tuple[str, str], ...]:
        """Return what is added to the headers of the answer."""
        if self._key is None:
            return ()
        extra = (("idempotent-replayed", "true"),) if replayed else ()
        return (("idempotency-key", self._key), *extra)
