"""Write what the sandbox implements of the catalogue: ``docs/reference/sandbox-coverage.md``.

``python scripts/generate_sandbox_coverage.py`` writes the page, ``--check`` says whether it is up to date.
A method is "partly" there when an answer of it is known to depart from a documented one (the tables of
``tests/contract/shapes``), or when the list below says what it does not do.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

from b24bridge.knowledge import catalog
from b24bridge.sandbox import Portal

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "reference" / "sandbox-coverage.md"
SHAPES = ROOT / "tests" / "contract" / "shapes"

YES, PARTLY, NO = "yes", "partly", "no"

# What an implemented method does not do, where no documented answer shows it.
LIMITS = {
    ("tasks.task.chat.message.send", 3): "Messages are not kept: the sandbox has no chats.",
    ("timeman.record.list", 3): "No method of the sandbox adds working days; seed them.",
    ("mail.mailbox.list", 3): "No method of the sandbox adds mailboxes; seed them.",
    ("humanresources.node.list", 3): "Departments only, no teams.",
    ("humanresources.node.count", 3): "Departments only, no teams.",
    ("humanresources.node.add", 3): "Departments only, no teams; no chats are made.",
    ("tasks.task.counters.get", 2): "Nothing counts as an unread comment.",
    ("task.planner.getlist", 2): "The plan of the day is what the caller has in progress.",
    ("rpa.type.list", 2): "There are no processes.",
    ("user.add", 2): "No invitation is sent.",
    ("lists.section.get", 2): "Margins and depth are not those of a tree.",
}


def _departures() -> dict[tuple[str, int], str]:
    found: dict[tuple[str, int], str] = {}
    for path in sorted(SHAPES.glob("*.json")):
        table = json.loads(path.read_text(encoding="utf-8"))
        for example, reason in table.get("departures", {}).items():
            name = example.partition("#")[0].lower()
            if name.startswith("rec."):
                continue
            method, _, version = name.partition("@")
            found.setdefault((method, 3 if version else 2), reason.partition(": result")[0])
    return found


def _statuses() -> dict[tuple[str, int], tuple[str, str]]:
    """Return for each method of the catalogue whether it is there, and what is missing."""
    with Portal() as portal:
        known = {(name, 2) for name in portal.dispatcher.methods} | {("batch", 2), ("batch", 3)}
        known |= {(name, 3) for name in portal.dispatcher.rest3.methods}
        known |= {("documentation", 3), ("scopes", 3)}
    missing = {**_departures(), **LIMITS}
    found: dict[tuple[str, int], tuple[str, str]] = {}
    for facts in catalog.methods():
        key = (facts.name.lower(), facts.api)
        if key not in known:
            found[facts.name, facts.api] = (NO, "")
        elif key in missing:
            found[facts.name, facts.api] = (PARTLY, missing[key])
        else:
            found[facts.name, facts.api] = (YES, "")
    return found


def page() -> str:
    """Return the page."""
    statuses = _statuses()
    totals = Counter(status for status, _ in statuses.values())
    families: dict[tuple[int, str], Counter[str]] = {}
    for (name, api), (status, _) in statuses.items():
        families.setdefault((api, name.partition(".")[0]), Counter())[status] += 1
    lines = [
        "# What the sandbox implements",
        "",
        "Written by `scripts/generate_sandbox_coverage.py`; `--check` compares it.",
        "",
        f"**{totals[YES] + totals[PARTLY]} of {len(statuses)} methods of the catalogue**, "
        f"{totals[PARTLY]} of them partly. What is not implemented answers as a portal does for a missing",
        "method; the sandbox's log names the nearest ones that are.",
        "",
        "| API | family | implemented | partly | not |",
        "| --- | --- | --: | --: | --: |",
    ]
    for (api, family), counts in sorted(families.items(), key=_most_first):
        lines.append(f"| {api} | `{family}` | {counts[YES]} | {counts[PARTLY]} | {counts[NO]} |")
    lines += [
        "",
        "## Methods",
        "",
        "| API | method | implemented | what is missing |",
        "| --- | --- | --- | --- |",
    ]
    for (name, api), (status, text) in sorted(
        statuses.items(), key=lambda item: (item[0][1], item[0][0].lower())
    ):
        if status != NO:
            lines.append(f"| {api} | `{name}` | {status} | {text} |")
    lines += ["", "## Not implemented", ""]
    for api in (2, 3):
        names = sorted(
            name for (name, version), (status, _) in statuses.items() if (version, status) == (api, NO)
        )
        lines += [f"REST {api}:", "", ", ".join(f"`{name}`" for name in names) + ".", ""]
    return "\n".join(lines)


def _most_first(item: tuple[tuple[int, str], Counter[str]]) -> tuple[int, int, str]:
    (api, family), counts = item
    return api, -(counts[YES] + counts[PARTLY]), family


def main(arguments: list[str]) -> int:
    """Write the page, or say whether it is up to date."""
    text = page()
    if "--check" in arguments:
        if PAGE.exists() and PAGE.read_text(encoding="utf-8") == text:
            return 0
        print(f"{PAGE.relative_to(ROOT)} is out of date: run python scripts/generate_sandbox_coverage.py")
        return 1
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
