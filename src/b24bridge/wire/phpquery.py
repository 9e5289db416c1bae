"""PHP's form codec: ``http_build_query`` and ``parse_str`` as PHP 8.2 runs them.

The portal reads every form body and every command of a batch with PHP's parser, and CRest writes
with PHP's builder; both differ from ``urllib.parse`` in brackets, ``~``, floats, booleans, nulls and
names. Text that is no UTF-8 travels as lone surrogates (``surrogateescape``), so any bytes survive.

Facts: ``tests/vectors/portal/php_forms.json``, ``tests/vectors/crest/http_build_query.json``, and
the property tests that ask the ``php`` binary.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeAlias
from urllib.parse import quote_from_bytes, unquote_to_bytes

__all__ = ["MAX_NESTING", "Tree", "float_text", "http_build_query", "parse_str", "url_encode"]

# What comes out of parse_str: every leaf is text.
Tree: TypeAlias = "str | list[Tree] | dict[str, Tree]"

# php.ini ``max_input_nesting_level``: a name with more brackets is dropped as a whole.
MAX_NESTING = 64

_CACHED_NAME_BYTES = 120
_INT_MAX = 2**63 - 1
_C_SPACES = frozenset(b" \t\n\v\f\r")
_MANGLE = bytes.maketrans(b" .", b"__")
_MANGLE_BROKEN = bytes.maketrans(b" .[", b"___")
_RESERVED_PREFIXES = ("__Host-", "__Secure-")


def http_build_query(params: Mapping[Any, Any] | Sequence[Any]) -> str:
    """Return the form body that PHP's ``http_build_query`` writes (RFC 1738 flavour).

    Null and empty arrays vanish, booleans become ``1`` and ``0``, floats have 14 significant
    digits, lists carry their indexes, and keys are escaped like values.

    Raises:
        TypeError: ``params`` is no container, or a value is none of text, bytes, number, boolean, None,
            mapping or sequence.
        ValueError: A container holds itself.
    """
    if isinstance(params, (str, bytes)) or not isinstance(params, (Mapping, Sequence)):
        raise TypeError(f"Parameters are a dict or a list, not {type(params).__name__}.")
    parts: list[str] = []
    levels: list[tuple[Iterator[tuple[Any, Any]], str, Any]] = [(_pairs(params), "", params)]
    while levels:
        pairs, prefix, _ = levels[-1]
        for key, value in pairs:
            name = f"{prefix}%5B{_key_text(key)}%5D" if len(levels) > 1 else _key_text(key)
            if value is None:
                continue
            if isinstance(value, (str, bytes)):
                parts.append(f"{name}={url_encode(value)}")
            elif isinstance(value, int):  # booleans too: 1 and 0
                parts.append(f"{name}={int(value)}")
            elif isinstance(value, float):
                parts.append(f"{name}={url_encode(float_text(value))}")
            elif isinstance(value, (Mapping, Sequence)):
                if any(value is container for _, _, container in levels):
                    raise ValueError(f"The parameter {name!r} contains itself.")
                levels.append((_pairs(value), name, value))
                break
            else:
                raise TypeError(
                    f"The parameter {name!r} is a {type(value).__name__}; "
                    "use text, a number, a boolean, None, a list or a dict."
                )
        else:
            levels.pop()
    return "&".join(parts)


def float_text(value: float) -> str:
    """Return a float as PHP writes it with ``precision=14`` (vectors ``hbq-float-*``)."""
    text = f"{value:.14g}"
    if "e" in text:
        mantissa, exponent = text.split("e")
        point = "" if "." in mantissa else ".0"
        return f"{mantissa}{point}E{int(exponent):+d}"
    return text.upper() if text.endswith(("inf", "nan")) else text


def url_encode(text: str | bytes) -> str:
    """Return text or bytes as PHP's ``urlencode`` does: only letters, digits, ``-_.`` stay."""
    if isinstance(text, str):
        if text.isalnum() and text.isascii():
            return text
        try:
            data = text.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError:
            data = text.encode("utf-8", "surrogatepass")
    else:
        data = text
    return quote_from_bytes(data, safe=" ").replace(" ", "+").replace("~", "%7E")


def parse_str(query: str | bytes, *, max_vars: int | None = None) -> dict[str, Tree]:
    """Return the parameter tree that PHP's ``parse_str`` reads from a query or a form body.

    A PHP array whose keys are 0…n-1 in order is a list, any other a dict with text keys.

    Args:
        max_vars: PHP's setting ``max_input_vars``: later variables are dropped. None is no limit.
    """
    data = query.encode("utf-8", "surrogateescape") if isinstance(query, str) else query
    # PHP cuts a C string into tokens: it ends at the first NUL, and empty tokens do not count.
    tokens = [token for token in data.partition(b"\0")[0].split(b"&") if token]
    root = _Array()
    for token in tokens[:max_vars]:
        name, _, value = token.partition(b"=")
        path = _path(_url_decode(name)) if len(name) > _CACHED_NAME_BYTES else _known_path(name)
        if path is not None:
            _store(root, path, _text(_url_decode(value)))
    return {key: _finished(value) for key, value in root.items()}


class _Array(dict[str, Any]):
    """A PHP array while it is being filled; ``free`` is the index that ``[]`` takes next."""

    __slots__ = ("free",)

    def __init__(self) -> None:
        super().__init__()
        self.free = 0

    def put(self, key: str, value: Any) -> None:
        self[key] = value
        if key.isdecimal() and key.isascii() and (key[0] != "0" or key == "0"):
            index = int(key)
            if self.free <= index <= _INT_MAX:
                self.free = min(index + 1, _INT_MAX)


def _pairs(container: Mapping[Any, Any] | Sequence[Any]) -> Iterator[tuple[Any, Any]]:
    if isinstance(container, Mapping):
        return iter(container.items())
    return iter(enumerate(container))


def _key_text(key: object) -> str:
    """Return an array key, escaped; PHP turns keys that are no text into integers or ``""``."""
    if isinstance(key, (str, bytes)):
        return url_encode(key)
    if key is None:
        return ""
    if isinstance(key, (int, float)):
        return str(int(key))
    raise TypeError(f"A parameter name is a {type(key).__name__}; use text or an integer.")


def _url_decode(data: bytes) -> bytes:
    if b"+" in data:
        data = data.replace(b"+", b" ")
    return unquote_to_bytes(data) if b"%" in data else data


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _path(name: bytes) -> list[str | None] | None:
    """Return the keys that a variable name leads through; None is ``[]``, no list is no variable.

    A list of more than ``MAX_NESTING`` + 1 keys marks a name with too many brackets.
    """
    name = name.partition(b"\0")[0].lstrip(b" ")
    top, bracket, _ = name.partition(b"[")
    variable = _text(top.translate(_MANGLE))
    if not variable or _is_forged(variable, _text(name)):
        return None
    path: list[str | None] = [variable]
    if not bracket:
        return path
    position = len(top)
    while True:
        if len(path) > MAX_NESTING:
            return [*path, None]
        start = position + 1
        look = start + 1 if name[start : start + 1] and name[start] in _C_SPACES else start
        end = name.find(b"]", look)
        if end < 0:
            return _broken(name, path)
        path.append(None if end == look else _text(name[start:end]))
        position = end + 1
        if name[position : position + 1] != b"[":
            return path


@lru_cache(maxsize=4096)
def _known_path(name: bytes) -> list[str | None] | None:
    """Return the path of a short name as sent; requests repeat their names all the time."""
    return _path(_url_decode(name))


def _broken(name: bytes, path: list[str | None]) -> list[str | None] | None:
    """Return the path of a name whose last bracket is never closed."""
    if len(path) > 1:
        return path
    variable = _text(name.translate(_MANGLE_BROKEN))
    return None if _is_forged(variable, _text(name)) else [variable]


def _is_forged(key: str, name: str) -> bool:
    """Tell whether a key looks like a protected cookie where the name as sent does not (PHP drops it)."""
    return any(key.startswith(prefix) and not name.startswith(prefix) for prefix in _RESERVED_PREFIXES)


def _store(root: _Array, path: Sequence[str | None], value: str) -> None:
    if len(path) > MAX_NESTING + 1:
        # PHP drops what the variable held before, too.
        root.pop(path[0] or "", None)
        return
    array = root
    for depth, key in enumerate(path, start=1):
        if depth > 1 and key is not None and key.startswith("__") and _is_forged(key, path[0] or ""):
            return
        if depth == len(path):
            if key is None:
                _append(array, value)
            else:
                array.put(key, value)
            return
        found = None if key is None else array.get(key)
        if not isinstance(found, _Array):
            found = _Array()
            if key is not None:
                array.put(key, found)
            elif not _append(array, found):
                return
        array = found


def _append(array: _Array, value: Any) -> bool:
    """Put a value at the next free index; False when there is none left."""
    key = str(array.free)
    if key in array:
        return False
    array.put(key, value)
    return True


def _finished(value: Any) -> Tree:
    if isinstance(value, str):
        return value
    assert isinstance(value, _Array)
    if value.free == len(value) and all(key == str(index) for index, key in enumerate(value)):
        return [_finished(item) for item in value.values()]
    return {key: _finished(item) for key, item in value.items()}
