"""``error-check``: a request whose answer nobody looks at gets a check."""

from __future__ import annotations

from collections.abc import Iterator

from b24bridge.scan.edit import Edit, indentation, insert_after
from b24bridge.scan.facts import Scope
from b24bridge.scan.fixes.indent import line_end, unit_of
from b24bridge.scan.fixes.js_paging import envelope, js_check
from b24bridge.scan.php import Php
from b24bridge.scan.rules.checks import tags
from b24bridge.scan.rules.methods import name_of
from b24bridge.scan.site import Block, Site
from b24bridge.scan.tree import Node

__all__ = ["error_check", "php_check"]

# Parents under which one more statement may follow.
_BODIES = frozenset({"compound_statement", "program", "colon_block", "case_statement", "default_statement"})

# Functions that only show a value or measure it.
_DUMPS = frozenset({"print_r", "var_dump", "var_export", "count", "is_array", "isset", "empty"})


def error_check(block: Block, site: Site) -> Iterator[Edit]:
    """Yield the check after ``$r = CRest::call(...);``, or at the top of a callback of BX24.

    In JavaScript also after ``r = await (await fetch(...)).json();``.
    """
    if site.api == "http.rest" and not isinstance(block.dialect, Php):
        yield from _after_awaited(block, site)
        return
    if "no-error-check" not in set(tags(block, site)):
        return
    if isinstance(block.dialect, Php):
        yield from _after_statement(block, site)
    elif site.api == "bx24.callMethod" and site.callback is not None:
        yield from _in_callback(site, site.callback)


def php_check(variable: str, label: str, unit: str) -> list[str]:
    """Return the lines of a check."""
    text = f"{variable}['error_description'] ?? {variable}['error']"
    return [
        f"if (isset({variable}['error'])) {{",
        f"{unit}throw new \\RuntimeException('{label}: ' . ({text}));",
        "}",
    ]


def _after_statement(block: Block, site: Site) -> Iterator[Edit]:
    flow = site.flow(block.dialect)
    assignment = site.node.parent
    statement = assignment.parent if assignment is not None else None
    if flow.kind != "assigned" or flow.suffix or len(flow.target) != 1 or statement is None:
        return
    if statement.type != "expression_statement" or assignment is None:
        return
    if statement.parent is None or statement.parent.type not in _BODIES or _is_handed_on(block, site):
        return
    method = block.dialect.literal(site.method) if site.method is not None else None
    label = (method or site.api).replace("'", "")
    yield insert_after(statement, php_check(flow.target[0], label, unit_of(statement)))


def _after_awaited(block: Block, site: Site) -> Iterator[Edit]:
    answer, statement = envelope(block, site), site.node
    while statement.parent is not None and statement.parent.type not in ("statement_block", "program"):
        statement = statement.parent
    is_plain = statement.type in ("expression_statement", "lexical_declaration", "variable_declaration")
    if not answer or statement.parent is None or not is_plain or len(statement.kids) != 1:
        return
    label = (name_of(block, site).literal or site.api).replace("'", "")
    yield insert_after(statement, js_check(answer, label, unit_of(statement)))


def _is_handed_on(block: Block, site: Site) -> bool:
    """Whether the whole answer goes to somebody else, who may want its error."""
    target = site.flow(block.dialect).target
    for read in block.facts.within(site.end, site.scope.node.end):
        if read.path != target or read.scope is not site.scope:
            continue
        taker = _taker(block, read.node)
        if taker is not None and taker not in _DUMPS:
            return True
    return False


def _taker(block: Block, node: Node) -> str | None:
    """Return the function that takes a value, or None."""
    flow = block.dialect.flow(node)
    parent = flow.node.parent
    holder = parent.parent if parent is not None and parent.type == "argument" else None
    call = holder.parent if holder is not None else None
    if flow.kind != "argument" or call is None or call.type not in block.dialect.calls:
        return None
    callee = block.dialect.callee(call)
    return callee.name if callee is not None else ""


def _in_callback(site: Site, callback: Scope) -> Iterator[Edit]:
    body = callback.node.child("body")
    if body is None or body.type != "statement_block" or not callback.params or not body.kids:
        return
    name = callback.params[0]
    first = body.kids[0]
    if name == "{}" or body.source.line(body.start) == body.source.line(first.start):
        return
    reject = _reject_name(site.scope)
    report = f"{reject}({name}.error());" if reject else f"console.error(String({name}.error()));"
    unit = unit_of(first)
    newline, space = line_end(body), indentation(first)
    lines = [f"if ({name}.error()) {{", f"{unit}{report}", f"{unit}return;", "}"]
    yield Edit(first.start, first.start, "".join(f"{line}{newline}{space}" for line in lines))


def _reject_name(scope: Scope) -> str | None:
    for around in scope.chain():
        if around.call is not None and around.call.callee.name == "Promise":
            return around.params[1] if len(around.params) > 1 else None
    return None
