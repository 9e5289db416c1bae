"""The contract test of a port: both paths of each call against portals of the same content."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from b24bridge.scan.port_source import Brackets, Source, imports, laid_out, quoted, source_of
from b24bridge.wire.call import Json

if TYPE_CHECKING:
    from b24bridge.scan.port import Skeleton

__all__ = ["contract_test"]

_SEED = "# Records that both portals start with; put those that the old code asks for.\n"
_NOW = '''# Both portals stand at one moment: times of their records are part of the answers.
NOW = "2026-01-12T09:00:00Z"'''
_USERS: Json = [{"ID": "1", "NAME": "Test", "ACTIVE": True, "ADMIN": True}]
_PORTAL = '''def old_portal(tmp_path: Path) -> tuple[type[CRest], Portal]:
    """Return CRest on a portal of its own."""
    portal = Portal()
    portal.clock.freeze(NOW)
    portal.seed(SEED)

    class Old(CRest):
        """CRest of this test."""

    Old.configure(
        settings_dir=tmp_path,
        C_REST_WEB_HOOK_URL=portal.webhook_url,
        C_REST_BLOCK_LOG=True,
        transport=portal,
    )
    return Old, portal


def new_client() -> Client:
    """Return a client on another portal with the same records."""
    portal = Portal()
    portal.clock.freeze(NOW)
    portal.seed(SEED)
    return Client.from_webhook(portal.webhook_url, transport=portal)'''


def contract_test(name: str, skeletons: Sequence[Skeleton]) -> str:
    """Return the test of a port.

    Args:
        name: Module name of the port.
        skeletons: Its call sites.
    """
    functions = [f"{one.name}_{path}" for one in skeletons for path in ("legacy", "modern")]
    names = "".join(f"    {function},\n" for function in sorted(functions, key=_natural))
    tests = [_test(skeleton) for skeleton in skeletons]
    head = [
        f'"""``{name}`` gives by the new path what it gave by the old one."""',
        imports(_PORTAL + "".join(tests), "from pathlib import Path\nfrom typing import Any\n\n")
        + "\nfrom b24bridge.sandbox import Portal"
        + (f"\n\nfrom {name} import (\n{names})" if names else ""),
        _NOW,
        _SEED + laid_out(_seed(skeletons), before="SEED: dict[str, Any] = "),
    ]
    return "\n\n\n".join(["\n\n".join(head), _PORTAL, *tests]) + "\n"


def _seed(skeletons: Sequence[Skeleton]) -> Source:
    numbers = sorted({number for one in skeletons for number in one.entity_types})
    types = [{"entityTypeId": number, "title": f"Type {number}"} for number in numbers]
    return source_of({"users": _USERS, **({"types": types} if types else {})})


def _natural(name: str) -> list[int | str]:
    """Return a key by which line 6 comes before line 15."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)]


def _test(skeleton: Skeleton) -> str:
    old_call = _call(skeleton, "legacy", "old", skeleton.legacy_arguments)
    new_call = _call(skeleton, "modern", "new_client()", skeleton.modern_arguments)
    is_browser = "portal: BX24" in skeleton.legacy
    lines = [
        f"def test_{skeleton.name}_gives_the_same(tmp_path: Path) -> None:",
        f'    """Line {skeleton.finding.line} gives the same by both paths."""',
    ]
    if skeleton.arguments:
        lines.append("    # The arguments below stand for values of the old code; put real ones.")
    if is_browser:
        lines.append("    portal = old_portal(tmp_path)[1]")
        lines.append("    old = BX24.from_webhook(portal.webhook_url, transport=portal)")
    else:
        lines.append("    old, _ = old_portal(tmp_path)")
    lines += [
        "",
        laid_out(old_call, indent=4, before="before = "),
        laid_out(new_call, indent=4, before="after = "),
        "",
        *_assertion(skeleton, is_browser=is_browser),
    ]
    return "\n".join(lines)


def _call(skeleton: Skeleton, path: str, first: str, arguments: Sequence[str]) -> Brackets:
    given = ((f"{name}=", skeleton.samples[name]) for name in arguments)
    return Brackets(f"{skeleton.name}_{path}(", (("", first), *given), ")")


def _assertion(skeleton: Skeleton, *, is_browser: bool) -> list[str]:
    keys = "".join(f"[{quoted(key)}]" for key in skeleton.path_to_rows)
    if ".call_batch(" in skeleton.legacy:
        old = (
            "{key: answer.data() for key, answer in before.items()}"
            if is_browser
            else ('before["result"]["result"]')
        )
        return [
            "    values = {key: outcome.value for key, outcome in after.items()}",
            f"    assert {old} == values",
        ]
    return [f"    assert before{'.answer' if is_browser else ''}{keys} == after"]
