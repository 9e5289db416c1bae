"""Files as parameters: the pairs of name and base64 that methods take."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

from b24bridge.errors import ConfigError

__all__ = ["crm_file", "file_pair"]


def file_pair(file: str | Path | bytes, name: str = "") -> list[str]:
    """Return a file as ``["name.ext", "BASE64"]``, as ``crm.item.*``, disk, tasks and users take it.

    Args:
        file: Path, or the content itself.
        name: Name on the portal; default: that of the path.

    Raises:
        ConfigError: The file cannot be read, or a content has no name.
    """
    if isinstance(file, bytes):
        if not name:
            raise ConfigError(
                "A content without a path needs a name.", remedy="Write file_pair(content, 'a.pdf')."
            )
        content = file
    else:
        path = Path(file)
        name = name or path.name
        try:
            content = path.read_bytes()
        except OSError as exc:
            raise ConfigError(f"The file {path.name} cannot be read: {exc.strerror}.") from exc
    return [name, b64encode(content).decode("ascii")]


def crm_file(file: str | Path | bytes, name: str = "") -> dict[str, list[str]]:
    """Return a file as ``{"fileData": [...]}``, as the classic CRM methods take it.

    Args:
        file: Path, or the content itself.
        name: Name on the portal; default: that of the path.

    Raises:
        ConfigError: The file cannot be read, or a content has no name.
    """
    return {"fileData": file_pair(file, name)}
