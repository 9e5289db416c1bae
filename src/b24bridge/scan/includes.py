"""Which files of the tree a file includes or imports."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Set
from dataclasses import replace

from b24bridge.scan.facts import Facts
from b24bridge.scan.model import FileReport
from b24bridge.scan.php import Php

__all__ = ["linked", "targets"]

_EXTENSIONS = ("", ".php", ".js", ".ts", ".vue", ".tsx", ".jsx", ".mjs", "/index.js", "/index.ts")


def targets(facts: Facts) -> Iterator[str]:
    """Yield what a script names in ``require``, ``include`` and ``import``, as written."""
    dialect = facts.dialect
    if isinstance(dialect, Php):
        for node in facts.imports:
            if (
                node.type.endswith(("require_expression", "once_expression", "include_expression"))
                and node.kids
            ):
                texts = [piece for piece in dialect.pieces(node.kids[0]) if isinstance(piece, str)]
                if texts:
                    yield "".join(texts).lstrip("/")
        return
    for node in facts.imports:
        source = node.child("source")
        text = dialect.literal(source) if source is not None else None
        if text is not None:
            yield text
    for call in facts.calls:
        if call.callee.name == "require" and call.args:
            text = dialect.literal(call.args[0])
            if text is not None:
                yield text


def linked(reports: Iterable[FileReport], paths: Set[str]) -> tuple[FileReport, ...]:
    """Return the reports with their imports resolved to paths of the tree; others are dropped."""
    return tuple(
        replace(
            report,
            imports=tuple(
                sorted(
                    {found for target in report.imports if (found := _resolve(report.path, target, paths))}
                )
            ),
        )
        for report in reports
    )


def _resolve(path: str, target: str, paths: Set[str]) -> str | None:
    folder = posixpath.dirname(path)
    plain = re.sub(r"^[@~]/", "", target)
    bases = [posixpath.normpath(posixpath.join(folder, target))]
    if plain != target:
        bases += [plain, f"src/{plain}"]
    elif path.endswith((".php", ".phtml", ".inc")):
        bases.append(posixpath.normpath(target))
    for base in bases:
        for extension in _EXTENSIONS:
            if base + extension in paths and base + extension != path:
                return base + extension
    return None
