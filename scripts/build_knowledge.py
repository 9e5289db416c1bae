"""Build ``src/b24bridge/knowledge/*.json`` from the REST catalogue.

Run it when the catalogue changes: ``python scripts/build_knowledge.py CATALOGUE_FOLDER``. Only facts
are kept: names, types and flags. Titles, prose and documented texts stay behind.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parent.parent / "src" / "b24bridge" / "knowledge"


def method_facts(entry: dict[str, Any]) -> dict[str, Any]:
    """Return the compact form of one method: absent keys mean the usual case."""
    facts: dict[str, Any] = {"name": entry["method"], "api": entry["api"], "kind": entry["kind"]}
    if entry["scope"]:
        facts["scope"] = entry["scope"]
    if entry["params"]:
        # Required first letter "!", so that a row stays short: [name, type] or [name, type, 1].
        facts["params"] = [
            [p["name"], p["type"], 1] if p["required"] else [p["name"], p["type"]] for p in entry["params"]
        ]
    if entry.get("one_of"):
        facts["one_of"] = entry["one_of"]
    if entry.get("positional_params"):
        facts["positional"] = True
    result = entry["result"]
    if result:
        facts["result"] = result["type"]
        if result["container"]:
            facts["container"] = result["container"]
            facts["container_type"] = result["container_type"]
        if result["item_type"]:
            facts["item"] = result["item_type"]
    if entry["pagination"] != "none":
        facts["pagination"] = entry["pagination"]
    if entry["batch_allowed"] is False:
        facts["batch"] = False
    if entry["auth"] == "app":
        facts["auth"] = "app"
    if entry["deprecated"]:
        facts["deprecated"] = True
    if entry["replacement"]:
        facts["replacement"] = entry["replacement"]
    codes = sorted({(e["code"] or "").strip() for e in entry["errors"]} - {""})
    if codes:
        facts["errors"] = codes
    if entry["doc"]:
        facts["doc"] = entry["doc"]
    return facts


def error_codes(methods: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return each documented code with its commonest kind of cause and its statuses."""
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    statuses: dict[str, set[int]] = defaultdict(set)
    for entry in methods:
        for error in entry["errors"]:
            code = (error["code"] or "").strip()
            if not code:
                continue
            kinds[code][error["class"]] += 1
            if error["status"]:
                statuses[code].add(error["status"])
    return {
        code: {"cause": kinds[code].most_common(1)[0][0], "status": sorted(statuses[code])}
        for code in sorted(kinds)
    }


def main(folder: str) -> None:
    """Write methods.json, codes.json and events.json."""
    source = Path(folder)
    methods = json.loads((source / "methods.json").read_text("utf-8"))["methods"]
    events = json.loads((source / "events.json").read_text("utf-8"))["events"]
    write(
        "methods.json",
        sorted((method_facts(m) for m in methods), key=lambda m: (m["name"].lower(), m["api"])),
    )
    write("codes.json", [{"code": code, **facts} for code, facts in error_codes(methods).items()])
    write(
        "events.json",
        [
            {
                "name": e["event"],
                "scope": e["scope"],
                "kind": e["kind"],
                **({"deprecated": True} if e["deprecated"] else {}),
            }
            for e in sorted(events, key=lambda e: e["event"])
        ],
    )


def write(name: str, rows: list[dict[str, Any]]) -> None:
    """Write one row a line, so that a change of the catalogue shows as a readable diff."""
    lines = ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows)
    (TARGET / name).write_text(f"[\n{lines}\n]\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
