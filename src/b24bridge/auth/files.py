"""Files that are replaced as a whole."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

__all__ = ["replace_file"]


def replace_file(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Replace a file so that a reader, a crash or a full disk meets the old content or the new, never half.

    A link stays a link: the file behind it is replaced. A file that was there keeps its rights and, where the
    program may give files away, its owner. Two programs that write at once do not disturb each other; the
    last one wins.

    Args:
        mode: Rights of a file that was not there.

    Raises:
        OSError: It could not be written; nothing has changed.
    """
    import tempfile  # loaded with the first write

    target = path.resolve()
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    fresh = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        try:
            old = target.stat()
        except OSError:
            fresh.chmod(mode)
        else:
            with suppress(OSError):
                os.chown(fresh, old.st_uid, old.st_gid)
            fresh.chmod(old.st_mode & 0o7777)
        fresh.replace(target)
    except BaseException:
        with suppress(OSError):
            fresh.unlink()
        raise
