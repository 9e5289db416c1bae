"""``sign.b2e.mysafe.tail`` and ``sign.b2e.personal.tail``: signed documents, the newest first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from b24bridge.sandbox.methods import Context, Family, Method, Params, bound_int
from b24bridge.sandbox.plain import prepare
from b24bridge.sandbox.records import Record, parse_fields

__all__ = ["FAMILY"]

_DOCUMENTS = Record(
    "sign_documents",
    parse_fields("""
        ID integer o
        TITLE string .
        CREATE_DATE datetime .
        SIGNED_DATE datetime .
        CREATOR_ID integer .
        MEMBER_ID integer .
        ROLE string:signer .
    """),
)
_SAFE = ("id", "title", "create_date", "signed_date", "creator_id", "member_id", "role", "file_url")
_PERSONAL = ("id", "title", "signed_date", "file_url")


def _tail(names: tuple[str, ...], condition: str) -> Callable[[Context, Params], Any]:
    def handler(context: Context, params: Params) -> Any:
        limit, offset = bound_int(params, "limit", 20), bound_int(params, "offset", 0)
        sql = f"SELECT * FROM {_DOCUMENTS.table}{condition} ORDER BY ID DESC LIMIT ? OFFSET ?"  # noqa: S608
        user = (context.caller.user_id,) if condition else ()
        rows = context.store.maps(sql, (*user, limit, offset))
        return [_shown(context, row, names) for row in rows]

    return handler


def _shown(context: Context, row: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    url = f"{context.portal.endpoint}download.json?token=sign.b2e%7C{row['ID']}"
    known = {**{name.lower(): value for name, value in row.items()}, "file_url": url}
    return {name: known[name] for name in names}


FAMILY = Family(
    "signing",
    [
        Method("sign.b2e.mysafe.tail", _tail(_SAFE, ""), "sign.b2e", auth="token"),
        Method("sign.b2e.personal.tail", _tail(_PERSONAL, " WHERE MEMBER_ID=?"), "sign.b2e", auth="token"),
    ],
    prepare=lambda portal: prepare(portal, _DOCUMENTS),
)
