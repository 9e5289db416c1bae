"""Where a project keeps its stage table and its ledger: in its folder, or where the environment says."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from b24bridge.errors import ConfigError
from b24bridge.router.ledger import Ledger, SqlLedger
from b24bridge.router.table import FileTable, StageTable

__all__ = ["TABLE_NAME", "open_ledger", "open_table"]

TABLE_NAME = "b24bridge.toml"
_TIMEOUT_S = 2.0


def open_table(folder: Path = Path(), environ: Mapping[str, str] = os.environ) -> StageTable:
    """Return the stage table of a project.

    ``B24BRIDGE_STAGES`` names a Redis (``redis://...``) or another file.

    Raises:
        ConfigError: The file cannot be read, or the address is none.
        TransportError: Redis cannot be reached.
    """
    place = environ.get("B24BRIDGE_STAGES", "")
    if place.startswith(("redis://", "rediss://", "unix://")):
        from redis import Redis

        from b24bridge.router.redis_table import RedisTable

        try:
            # A call waits for it at most so long; then the last state stays in force.
            redis = Redis.from_url(place, socket_timeout=_TIMEOUT_S, socket_connect_timeout=_TIMEOUT_S)
        except ValueError as exc:
            raise ConfigError(
                "B24BRIDGE_STAGES is no address of a Redis.", remedy="Write it as redis://HOST:PORT/0."
            ) from exc
        return RedisTable(redis)
    return FileTable(place or folder / TABLE_NAME)


def open_ledger(folder: Path = Path(), environ: Mapping[str, str] = os.environ) -> Ledger:
    """Return the ledger of a project; ``B24BRIDGE_LEDGER`` names another database as SQLAlchemy address.

    Nothing is opened or made yet, so that the database may be away.

    Raises:
        ConfigError: The address cannot be used.
    """
    usual = f"sqlite:///{(folder / 'b24bridge.ledger.sqlite3').absolute()}"
    return SqlLedger(environ.get("B24BRIDGE_LEDGER") or usual)
