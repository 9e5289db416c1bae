#!/usr/bin/env python3
"""Writes ``src/b24bridge/modern/_generated`` and ``docs/reference/coverage.md`` from the catalogue.

Every method of ``knowledge/methods.json`` becomes a service method whose path mirrors the vendor's
name. ``--check`` writes nothing and ends with 1 if a file differs from what it would write.
"""

from __future__ import annotations

import argparse
import keyword
import re
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from b24bridge.knowledge.catalog import MethodFacts, ParamFacts, methods  # noqa: E402
from b24bridge.wire.call import Call  # noqa: E402
from b24bridge.wire.ownpaging import own_strategy  # noqa: E402

TARGET = ROOT / "src" / "b24bridge" / "modern" / "_generated"
COVERAGE = ROOT / "docs" / "reference" / "coverage.md"
# client.batch(...) sends it.
BY_HAND = {"batch"}
# A family with more methods is cut at the second part of the name.
LARGE = 40

TYPES = {
    "integer": "int",
    "int": "int",
    "string": "str",
    "text": "str",
    "boolean": "bool",
    "bool": "bool",
    "double": "_s.Number",
    "float": "_s.Number",
    "number": "_s.Number",
    "char": "_s.Flag",
    "array": "_s.Array",
    "object": "_s.Map",
    "datetime": "_s.Moment",
    "date": "_s.Day",
    "user": "_s.Id",
    "lang_map": "_s.Map",
    "crm_status": "str",
    "null": "None",
}
RESULTS = {
    "boolean": ("bool", ""),
    "integer": ("int", ""),
    "number": ("float", ""),
    "string": ("str", ""),
    "array": ("_s.Arr", "_s.a_list"),
    "object": ("_s.Obj", "_s.an_object"),
    "map": ("_s.Obj", "_s.an_object"),
    "null": ("None", "_s.nothing"),
}
SENTENCES = {
    "list": "Return the list of {what}",
    "get": "Return {what}",
    "fields": "Describe the fields of {what}",
    "add": "Create {what}",
    "update": "Change {what}",
    "delete": "Delete {what}",
    "action": "Run {last} on {what}",
}


@dataclass
class Node:
    """A part of the tree of names."""

    path: tuple[str, ...] = ()
    own: MethodFacts | None = None
    children: dict[str, Node] = field(default_factory=dict)

    def count(self) -> int:
        """Return the number of methods in it."""
        return (self.own is not None) + sum(child.count() for child in self.children.values())


def tree(api: int) -> Node:
    """Return the tree of all methods of one generation."""
    root = Node()
    for facts in methods():
        if facts.api != api or facts.name in BY_HAND:
            continue
        node = root
        for part in facts.name.split("."):
            node = node.children.setdefault(part, Node((*node.path, part)))
        node.own = facts
    return root


def python_name(name: str) -> str:
    """Return a name that Python takes."""
    return name + "_" if keyword.iskeyword(name) else name


def class_name(path: tuple[str, ...]) -> str:
    """Return the class name of a group."""
    return "".join(part[:1].upper() + part[1:] for name in path for part in name.split("_"))


def param_type(documented: str) -> str:
    """Return the hint for a documented type; alternatives are joined."""
    hints: list[str] = []
    for alternative in documented.split("|"):
        name = alternative.strip()
        if name.endswith("[]"):
            hint = "_s.Array"
        elif name in TYPES:
            hint = TYPES[name]
        elif re.fullmatch(r"[a-z_]+(\.\w+)?", name):
            hint = "_s.Id"  # the id or code of another record
        else:
            return "Any"
        if hint not in hints:
            hints.append(hint)
    return " | ".join(hints) if documented else "Any"


def is_listing(facts: MethodFacts) -> bool:
    """Return whether all rows can be read page by page."""
    if facts.kind != "list":
        return False
    if facts.name.lower() == "task.elapseditem.getlist":
        return True
    if facts.api == 3:
        return facts.container is not None and facts.pagination in ("page", "cursor", "none")
    is_paged = facts.pagination == "start" or own_strategy(Call(facts.name)) is not None
    return is_paged and (facts.result == "array" or facts.container is not None)


def sentence(facts: MethodFacts) -> str:
    """Return the first line of the docstring."""
    parts = facts.name.split(".")
    words = [
        word for part in parts[1:-1] or parts[:1] for word in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+", part)
    ]
    text = SENTENCES[facts.kind].format(what=" ".join(words).lower(), last=parts[-1])
    return f"{text} (``{facts.name}``)."


def docstring(facts: MethodFacts, shown: list[ParamFacts], hidden: list[str]) -> list[str]:
    """Return the lines of the docstring."""
    lines = [sentence(facts), ""]
    scope = f"scope ``{'``, ``'.join(facts.scope)}``" if facts.scope else "no scope of its own"
    app = "; needs an application, a webhook is refused" if facts.app_only else ""
    lines.append(f"REST {'3.0' if facts.api == 3 else '2'}, {scope}{app}.")
    if facts.deprecated:
        instead = " or ".join(f"``{name}``" for name in facts.replacement)
        lines.append(f"Outdated{'; use ' + instead if instead else ''}.")
    if facts.kind == "list" and not is_listing(facts) and facts.pagination not in ("none", "unknown"):
        lines.append(f"One call gives one page; it pages by {facts.pagination.replace('-', ' and ')}.")
    lines.extend(f"One of ``{'``, ``'.join(group)}`` is needed." for group in facts.one_of)
    if hidden:
        lines.append(f"Further parameters, by ``client.call``: ``{'``, ``'.join(hidden)}``.")
    if shown:
        lines += ["", "Args:"]
        for param in shown:
            inner = [
                p.name.removeprefix(param.name + ".")
                for p in facts.params
                if p.name.startswith(param.name + ".")
            ]
            known = f"; knows {', '.join(inner[:12])}{', …' if len(inner) > 12 else ''}" if inner else ""
            kind = param.type.replace("|", " or ") or "not documented"
            lines.append(f"    {python_name(param.name)}: {kind}{known}.")
    if facts.doc:
        lines += ["", f"Vendor page: {facts.doc}"]
    return lines


def definition(facts: MethodFacts, name: str) -> list[str]:
    """Return the lines of one method."""
    listing = is_listing(facts)
    skipped = (
        {"start"}
        if listing and facts.api == 2
        else {"cursor"}
        if listing and facts.pagination == "cursor"
        else set()
    )
    top = [p for p in facts.params if "." not in p.name and p.name not in skipped]
    shown = [p for p in top if p.name.isidentifier()]
    hidden = [p.name for p in top if not p.name.isidentifier()]
    ordered = shown if facts.positional else sorted(shown, key=lambda p: not p.required)
    arguments, starred = ["self"], False
    for param in ordered:
        hint = "_s.Filter3" if facts.api == 3 and param.name == "filter" else param_type(param.type)
        if param.required and not starred:
            arguments.append(f"{python_name(param.name)}: {hint}")
            continue
        if not starred:
            arguments.append("*")
            starred = True
        optional = "Any" if hint == "Any" else f"{hint} | None"
        default = "" if param.required else " = None"
        arguments.append(f"{python_name(param.name)}: {hint if param.required else optional}{default}")
    params = "{" + ", ".join(f'"{p.name}": {python_name(p.name)}' for p in shown) + "}"
    if not facts.params and not facts.doc:
        # Known by its name only: take whatever the caller knows.
        arguments += ["/", "**params: Any"]
        params = "params"
    if listing:
        container = f', "{facts.container}"' if facts.container else ""
        given = f'_s.in_order("{facts.name}", {params})' if facts.positional else params
        result, build = "_ListCall[_s.Obj]", f'_s.list_of("{facts.name}", {given}{container}'
    else:
        hint, decode = RESULTS.get(facts.result, ("Any", ""))
        given = f'_s.in_order("{facts.name}", {params})' if facts.positional else params
        result = f"_Call[{hint}]"
        build = f'_s.call_of("{facts.name}", {given}' + (f", {decode}" if decode else "")
    build += ", api=3)" if facts.api == 3 else ")"
    lines = ["    @_listing" if listing else "    @_method"]
    lines.append(f"    def {python_name(name)}({', '.join(arguments)}) -> {result}:")
    doc = docstring(facts, shown, hidden)
    lines.append('        """' + doc[0])
    lines += [("        " + line).rstrip() for line in doc[1:]]
    lines.append('        """')
    if facts.deprecated:
        lines.append(f'        _s.outdated("{facts.name}", "{" or ".join(facts.replacement)}")')
    lines.append(f"        return {build}")
    return lines


def group(node: Node, api: int, elsewhere: dict[str, str]) -> list[str]:
    """Return the lines of the class of a group, its inner groups first.

    Args:
        node: The group.
        api: Generation.
        elsewhere: Child groups that live in modules of their own, by name.
    """
    lines: list[str] = []
    body: list[str] = []
    if node.own is not None:
        body += [*definition(node.own, "__call__"), ""]
    for name, child in sorted(node.children.items()):
        if not child.children:
            assert child.own is not None
            body += [*definition(child.own, name), ""]
            continue
        inner = class_name(child.path)
        if name not in elsewhere:
            lines += group(child, api, {})
        body += ["    @builtins.property", f"    def {python_name(name)}(self) -> {inner}[M]:"]
        body.append(f'        """``{".".join(child.path)}.*``."""')
        if name in elsewhere:
            body += [f"        from {elsewhere[name]} import {inner}", ""]
        body += [f"        return {inner}(self._runner)", ""]
    title = class_name(node.path) or "Root"
    about = (
        f"``{'.'.join(node.path)}.*``." if node.path else f"All methods of REST {'3.0' if api == 3 else '2'}."
    )
    lines += ["", "", f"class {title}(Service[M]):", f'    """{about}"""', "", *body[:-1]]
    return lines


HEADER = '''"""{about} Generated by scripts/generate_services.py from the catalogue; do not edit."""

from __future__ import annotations

import builtins
from typing import {typing}

from b24bridge.modern import stubs as _s
from b24bridge.modern._binding import M, Service
from b24bridge.modern._binding import listing as _listing
from b24bridge.modern._binding import method as _method
from b24bridge.modern.lists import ListCall as _ListCall
from b24bridge.wire.call import Call as _Call
'''


def module(node: Node, api: int, elsewhere: dict[str, str]) -> str:
    """Return the text of the module of a group."""
    body = "\n".join(group(node, api, elsewhere)) + "\n"
    about = (
        f"``{'.'.join(node.path)}.*``." if node.path else f"All methods of REST {'3.0' if api == 3 else '2'}."
    )
    names = [class_name(node.children[name].path) for name in elsewhere]
    checks = "".join(
        f"    from {elsewhere[name]} import {class_name(node.children[name].path)}\n"
        for name in sorted(elsewhere)
    )
    typing = ", ".join(
        (["TYPE_CHECKING"] if names else []) + (["Any"] if re.search(r"\bAny\b", body) else [])
    )
    header = HEADER.format(about=about, typing=typing)
    if not typing:
        header = header.replace("from typing import \n\n", "\n")
    for word in ("builtins", "_listing", "_method", "_ListCall", "_Call", "_s"):
        if not re.search(rf"(?<!\w){word}\b", body):
            header = "\n".join(
                line for line in header.split("\n") if not re.search(rf"(as|import) {word}$", line)
            )
    if checks:
        header += "\nif TYPE_CHECKING:\n" + checks
    return header + body


def files() -> dict[Path, str]:
    """Return the text of every generated file by its path."""
    made: dict[Path, str] = {}
    for api, folder in ((2, TARGET), (3, TARGET / "v3")):
        package = "b24bridge.modern._generated" + (".v3" if api == 3 else "")
        root = tree(api)
        homes = {name: f"{package}.{name}" for name, node in root.children.items() if node.children}
        made[folder / "root.py"] = module(root, api, homes)
        made[folder / "__init__.py"] = (
            '"""Generated by scripts/generate_services.py from the catalogue; do not edit."""\n'
        )
        for name, node in root.children.items():
            if not node.children:
                continue
            if node.count() <= LARGE:
                made[folder / f"{name}.py"] = module(node, api, {})
                continue
            inner = {
                n: f"{homes[name]}.{python_name(n)}" for n, child in node.children.items() if child.children
            }
            made[folder / name / "__init__.py"] = module(node, api, inner)
            for second in inner:
                made[folder / name / f"{python_name(second)}.py"] = module(node.children[second], api, {})
    made[COVERAGE] = coverage()
    return made


def coverage() -> str:
    """Return the page that says how much of the catalogue is typed."""
    known = list(methods())
    total = Counter((facts.api, facts.name.split(".")[0]) for facts in known)
    lists = Counter((facts.api, facts.name.split(".")[0]) for facts in known if is_listing(facts))
    old = Counter((facts.api, facts.name.split(".")[0]) for facts in known if facts.deprecated)
    lines = [
        "# Coverage",
        "",
        "Written by `scripts/generate_services.py`; `scripts/check` compares it.",
        "",
        f"**Typed {len(known)} of {len(known)} methods of the catalogue** "
        f"({sum(f.api == 2 for f in known)} of REST 2, {sum(f.api == 3 for f in known)} of REST 3.0), "
        "each blocking, awaited and deferred.",
        "`batch` is `client.batch(...)`. Any other method works by name: `client.call(...)`.",
        "Which of them the sandbox implements, wholly or partly, method by method: "
        "[the sandbox's table](sandbox-coverage.md).",
        "",
        "| API | family | methods | lists read over all pages | outdated by the vendor's word |",
        "| --- | --- | --: | --: | --: |",
    ]
    for (api, family), count in sorted(
        total.items(), key=lambda entry: (entry[0][0], -entry[1], entry[0][1])
    ):
        where = f"v3.{family}" if api == 3 else family
        cells = ("3.0" if api == 3 else "2", f"`{where}`", count, lists[api, family], old[api, family])
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Write the files, or with ``--check`` compare them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; 1 if a file differs")
    made = files()
    present = set(TARGET.rglob("*.py")) if TARGET.exists() else set()
    stale = sorted(present - set(made))
    changed = [
        path for path, text in made.items() if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    if parser.parse_args().check:
        for path in [*changed, *stale]:
            print(
                f"{path.relative_to(ROOT)} is not what scripts/generate_services.py writes", file=sys.stderr
            )
        return 1 if changed or stale else 0
    for path in stale:
        path.unlink()
    for path in changed:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(made[path], encoding="utf-8")
    print(f"{len(changed)} files written, {len(stale)} removed, {len(made)} in all")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
