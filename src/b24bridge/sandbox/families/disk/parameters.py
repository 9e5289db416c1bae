"""Parameters of ``disk.*``: named, but refused by their position."""

from __future__ import annotations

from typing import Any

from b24bridge.sandbox.files import StoredFile, file_pair, php_base64
from b24bridge.sandbox.methods import Params, pick
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.refusals import Refusal

from .errors import bad_parameter, name_required

__all__ = ["array_of", "content_of", "name_of", "new_name", "number_of", "target_of"]


def number_of(params: Params, position: int, name: str = "id") -> int:
    """Return an id.

    Raises:
        Refusal: It is missing, or no positive number.
    """
    number = php_int(pick(params, name))
    if number <= 0:
        raise bad_parameter(position)
    return number


def array_of(params: Params, position: int, name: str) -> Any:
    """Return ``filter`` or ``order``, empty when it is absent.

    Raises:
        Refusal: It is no array.
    """
    value = pick(params, name)
    if value not in (None, "") and not isinstance(value, (dict, list)):
        raise bad_parameter(position)
    return value or {}


def target_of(params: Params) -> int:
    """Return the id of the folder that something is copied or moved to."""
    return number_of(params, 1, "targetFolderId")


def name_of(params: Params) -> str:
    """Return ``data.NAME``.

    Raises:
        Refusal: There are no data, or no name in them.
    """
    data = pick(params, "data")
    if not isinstance(data, dict):
        raise bad_parameter(1)
    name = pick(data, "NAME")
    if not isinstance(name, (str, int)) or name == "":
        raise name_required()
    return str(name)


def new_name(params: Params) -> str:
    """Return ``newName``.

    Raises:
        Refusal: It is missing or empty.
    """
    name: Any = pick(params, "newName")
    if not isinstance(name, (str, int)):
        raise bad_parameter(1)
    if name == "":
        raise Refusal("0", "Empty name")
    return str(name)


def content_of(params: Params) -> StoredFile | None:
    """Return the file in ``fileContent``: a pair of name and BASE64, or BASE64 alone; None without one."""
    value = pick(params, "fileContent")
    if value is None:
        return None
    return file_pair(value) or StoredFile("", php_base64(value) if isinstance(value, str) else b"")
