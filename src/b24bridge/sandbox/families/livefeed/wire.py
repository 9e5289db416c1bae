"""``log.blogpost.add`` (page "Add Message to Feed")."""

from __future__ import annotations

from typing import Any

from b24bridge.sandbox.files import Files, file_pair
from b24bridge.sandbox.methods import Context, Family, Method, Params
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.plain import Table, prepare
from b24bridge.sandbox.records import Record, parse_fields
from b24bridge.sandbox.refusals import Refusal

__all__ = ["FAMILY"]

_POSTS = Record(
    "blog_posts",
    parse_fields("""
        ID integer o
        POST_MESSAGE text .
        POST_TITLE string .
        USER_ID integer .
        DEST string* .
        IMPORTANT boolean:N .
        IMPORTANT_DATE_END datetime .
        TAGS string .
        FILES integer* .
        DATE_PUBLISH datetime o
    """),
)


def _add(context: Context, params: Params) -> Any:
    given = {str(key).upper(): value for key, value in params.items()}
    if not given.get("POST_MESSAGE"):
        raise Refusal("SONET_CONTROLLER_LIVEFEED_BLOGPOST_ADD_ERROR", "Blog post hasn't been added")
    given.setdefault("DEST", given.get("SPERM") or ["UA"])
    given["USER_ID"] = php_int(given.get("USER_ID")) or context.caller.user_id
    files = given.pop("FILES", None)
    values = Table(context, _POSTS).read(given)
    kept = [file for file in map(file_pair, files if isinstance(files, list) else ()) if file is not None]
    numbers = [Files(context.store).keep(file) for file in kept]
    values.update(Table(context, _POSTS).read({"FILES": numbers}), DATE_PUBLISH=context.moment.text)
    return Table(context, _POSTS).add(values)


FAMILY = Family(
    "livefeed",
    [Method("log.blogpost.add", _add, "log")],
    prepare=lambda portal: prepare(portal, _POSTS),
)
