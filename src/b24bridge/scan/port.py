"""Python skeletons: each call site of a file, as the old path and as the new one, and a test of both."""

from __future__ import annotations

import json
import keyword
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from textwrap import indent
from typing import Any

from b24bridge.knowledge import catalog
from b24bridge.scan.advice import BUGS, advice
from b24bridge.scan.model import FileReport, Finding
from b24bridge.scan.rules.lists import is_list

__all__ = ["Port", "Skeleton", "port_file"]

_CALLS = {
    "crest.call": "CRest",
    "bx24.callMethod": "BX24",
    "bxrest.callMethod": "BX24",
    "http.rest": "CRest",
    "wrapper.call": "CRest",
}
_BATCHES = {"crest.callBatch": "CRest", "bx24.callBatch": "BX24", "bxrest.callBatch": "BX24"}
_PAGING = frozenset({"start", "START", "next", "page", "offset"})
_LISTS = frozenset({"pagination-loop", "pagination-total", "bx24-more-next", "single-page-list"})

# BX24 hands the result to a callback.
_ANSWERS = "answers: list[Any] = []\nportal.{}, answers.append)\nreturn answers[0]"


@dataclass(frozen=True, slots=True)
class Skeleton:
    """One call site in Python.

    Attributes:
        name: Common part of the two functions' names.
        finding: The site.
        legacy: Source of the old path, or empty where it stays in the browser.
        modern: Source of the new path.
        arguments: Names of what the old code had in variables, and the old expressions.
        notes: What a person has to decide.
        path_to_rows: Keys under which the old answer holds what the new path returns.
        samples: What the test gives for an argument until a person puts a real value.
    """

    name: str
    finding: Finding
    legacy: str
    modern: str
    arguments: dict[str, str]
    notes: tuple[str, ...]
    path_to_rows: tuple[str, ...] = ()
    samples: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Port:
    """The port of one file.

    Attributes:
        path: The old file.
        name: Module name of the port.
        skeletons: Its call sites.
        remarks: Sites that have no Python counterpart, and what becomes of them.
    """

    path: str
    name: str
    skeletons: tuple[Skeleton, ...]
    remarks: tuple[str, ...] = ()

    def module(self) -> str:
        """Return the source of the port."""
        parts = [f'"""Port of ``{self.path}``: each call by the old and by the new path."""']
        parts.append(
            _imports(" ".join(s.legacy + s.modern for s in self.skeletons), "from typing import Any\n\n")
        )
        if self.remarks:
            parts.append("\n".join(f"# {remark}" for remark in self.remarks))
        for skeleton in self.skeletons:
            parts += ["\n" + skeleton.legacy, "\n" + skeleton.modern]
        return "\n\n".join(parts) + "\n"

    def test(self) -> str:
        """Return the source of the contract test: both paths against portals of the same content."""
        names = sorted(f"{s.name}_{path}" for s in self.skeletons for path in ("legacy", "modern"))
        imported = "".join(f"    {name},\n" for name in names)
        text = _PORTAL + "".join(_test(skeleton) for skeleton in self.skeletons)
        parts = [
            f'"""``{self.name}`` gives by the new path what it gave by the old one."""',
            _imports(text, "from pathlib import Path\nfrom typing import Any\n\n")
            + "\nfrom b24bridge.sandbox import Portal"
            + (f"\nfrom {self.name} import (\n{imported})" if names else ""),
            _SEED,
            _PORTAL,
        ]
        parts += [_test(skeleton) for skeleton in self.skeletons]
        return "\n\n".join(parts) + "\n"


_SEED = """# Records that both portals start with; put those that the old code asks for.
SEED: dict[str, Any] = {"users": [{"ID": "1", "NAME": "Test", "ACTIVE": True, "ADMIN": True}]}"""
_BATCH_VALUES = 'before["result"]["result"]'
_PORTAL = '''def old_portal(tmp_path: Path) -> tuple[type[CRest], Portal]:
    """Return CRest on a portal of its own."""
    portal = Portal()
    portal.seed(SEED)

    class Old(CRest):
        """CRest of this test."""

    Old.configure(
        settings_dir=tmp_path, C_REST_WEB_HOOK_URL=portal.webhook_url, C_REST_BLOCK_LOG=True, transport=portal
    )
    return Old, portal


def new_client() -> Client:
    """Return a client on another portal with the same records."""
    portal = Portal()
    portal.seed(SEED)
    return Client.from_webhook(portal.webhook_url, transport=portal)'''


@dataclass(slots=True)
class _Writer:
    """Turns noted parameters into Python, and variables into arguments."""

    arguments: dict[str, str] = field(default_factory=dict)
    samples: dict[str, str] = field(default_factory=dict)

    def value(self, data: Any) -> str:
        """Return the Python source of a parameter."""
        if isinstance(data, dict):
            if set(data) == {"$code"}:
                return self.argument(str(data["$code"]))
            return "{" + ", ".join(f"{self.key(key)}: {self.value(item)}" for key, item in data.items()) + "}"
        if isinstance(data, list):
            return "[" + ", ".join(self.value(item) for item in data) + "]"
        return _quoted(data) if isinstance(data, str) else repr(data)

    def key(self, key: str) -> str:
        """Return the Python source of a key."""
        return self.argument(key.removeprefix("$code:")) if key.startswith("$code:") else _quoted(key)

    def argument(self, code: str, sample: str = "1") -> str:
        """Return the argument that stands for an expression of the old code."""
        base = _argument_name(code)
        name, number = base, 2
        while self.arguments.get(name, code) != code:
            name, number = f"{base}_{number}", number + 1
        self.arguments[name] = code
        self.samples.setdefault(name, sample)
        return name

    def params(self, data: Any) -> str:
        """Return the Python source of all parameters of a call."""
        is_variable = isinstance(data, dict) and set(data) == {"$code"}
        return self.argument(str(data["$code"]), "{}") if is_variable else self.value(data)


def _imports(text: str, standard: str) -> str:
    """Return the imports that a text needs."""
    names = [name for name in ("BX24", "CRest", "Client") if re.search(rf"\b{name}\b", text)]
    ours = f"from b24bridge import {', '.join(names)}" if names else ""
    return f"from __future__ import annotations\n\n{standard if names else ''}{ours}".rstrip()


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _argument_name(code: str) -> str:
    text = re.sub(r"\$_(?:REQUEST|POST|GET)", "request", code)
    if len(text) > 60 or "\n" in text:
        return "value"
    words = re.findall(r"[A-Za-z_][A-Za-z0-9_]*", re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", text))
    name = "_".join(words[-2:]).lower().strip("_")
    if not name or keyword.iskeyword(name) or name in ("portal", "b24"):
        return f"{name}_value" if name else "value"
    return name


def port_file(report: FileReport) -> Port:
    """Return the port of a scanned file."""
    skeletons: list[Skeleton] = []
    remarks: list[str] = []
    used: set[str] = set()
    for finding in report.findings:
        if finding.api not in _CALLS and finding.api not in _BATCHES:
            remarks.append(f"Line {finding.line}, {finding.api}: {advice(finding)}")
            continue
        name = f"line_{finding.line}"
        if name in used:
            name = f"{name}_{finding.column}"
        used.add(name)
        skeletons.append(_skeleton(name, finding))
    stem = re.sub(r"\W+", "_", report.path.rsplit("/", 1)[-1].rsplit(".", 1)[0]).strip("_").lower()
    name = f"port_{stem}" if stem[:1].isdigit() else f"{stem or 'module'}_port"
    return Port(report.path, name, tuple(skeletons), tuple(remarks))


def _skeleton(name: str, finding: Finding) -> Skeleton:
    old, new = _Writer(), _Writer()
    is_batch = finding.api in _BATCHES
    rows = not is_batch and _reads_rows(finding)
    if is_batch:
        legacy_body, modern_body = _batch(finding, old, new)
    else:
        legacy_body, modern_body = _single(finding, old, new, rows)
    notes = tuple(_notes(finding, rows))
    return Skeleton(
        name,
        finding,
        _function(f"{name}_legacy", "portal", _owner(finding), old, "Any", legacy_body, finding, notes),
        _function(f"{name}_modern", "b24", "Client", new, "Any", modern_body, finding, ()),
        {**old.arguments, **new.arguments},
        notes,
        _rows_path(finding) if rows else ("result",),
        {**old.samples, **new.samples},
    )


def _owner(finding: Finding) -> str:
    via = finding.via or finding.api
    is_browser = via.startswith(("bx24.", "bxrest."))
    return "BX24" if is_browser else "type[CRest]"


def _reads_rows(finding: Finding) -> bool:
    method = finding.known_method
    if isinstance(finding.params, list):
        # Methods with parameters by position, such as ``task.elapseditem.getlist``, have no pages to ask for.
        return False
    return method is not None and (is_list(method) or bool(_LISTS & set(finding.tags)))


def _rows_path(finding: Finding) -> tuple[str, ...]:
    facts = catalog.lookup(finding.known_method or "")
    return ("result", facts.container) if facts is not None and facts.container else ("result",)


def _single(finding: Finding, old: _Writer, new: _Writer, rows: bool) -> tuple[str, str]:
    method = finding.known_method
    params = finding.params
    unknown = "method" if _owner(finding) == "BX24" else "$method"
    old_method = _quoted(method) if method else old.argument(unknown, '"profile"')
    old_params = f", {old.params(params)}" if params is not None else ""
    if _owner(finding) == "BX24":
        legacy = _ANSWERS.format(f"call_method({old_method}{old_params or ', {}'}")
    else:
        legacy = f"return portal.call({old_method}{old_params})"
    new_method = _quoted(method) if method else new.argument(unknown, '"profile"')
    kept = params
    if rows and isinstance(params, dict) and "$code" not in params:
        kept = {key: value for key, value in params.items() if key not in _PAGING}
    new_params = f", {new.params(kept)}" if kept else ""
    if rows:
        return legacy, f"return b24.list({new_method}{new_params})"
    return legacy, f"return b24.call({new_method}{new_params}).result"


def _batch(finding: Finding, old: _Writer, new: _Writer) -> tuple[str, str]:
    params = finding.params if finding.params is not None else []
    if _owner(finding) == "BX24":
        legacy = _ANSWERS.format(f"call_batch({old.value(params)}")
    else:
        legacy = f"return portal.call_batch({old.value(params)})"
    return legacy, f"return b24.batch({new.value(_named(params))})"


def _named(params: Any) -> Any:
    """Return commands in the form that the new batch takes: a name for each."""
    if isinstance(params, list):
        params = {str(index): command for index, command in enumerate(params)}
    if not isinstance(params, dict) or "$code" in params:
        return params
    return {key: _command(command) for key, command in params.items()}


def _command(command: Any) -> Any:
    if not isinstance(command, list):
        return command
    return dict(zip(("method", "params"), command, strict=False))


def _notes(finding: Finding, rows: bool) -> Iterator[str]:
    if finding.known_method is None and finding.api not in _BATCHES:
        pattern = f" (pattern {finding.method_pattern})" if finding.method_pattern else ""
        yield f"The method is an argument{pattern}: {finding.reason or 'it is not written out'}."
    if finding.deprecated is not None:
        yield advice(finding)
    if rows:
        yield "The new path reads all pages; give it a limit if the old page was meant."
    for tag in finding.tags:
        if tag in BUGS:
            yield f"{tag}: the old path is wrong here, so expect a difference and accept it by name."
    if "no-error-check" in finding.tags or "result-ignored" in finding.tags:
        yield "The old code checked nothing; the new path raises."
    if "n-plus-1" in finding.tags:
        yield "The old code asks once per element; one batch does."
    if finding.api == "http.rest":
        yield "The old code sent the request itself; CRest stands in for it."


def _function(
    name: str,
    first: str,
    kind: str,
    writer: _Writer,
    returns: str,
    body: str,
    finding: Finding,
    notes: tuple[str, ...],
) -> str:
    extra = "".join(f", {argument}: Any" for argument in writer.arguments)
    star = ", *" if extra else ""
    title = f"Line {finding.line}: {finding.api} {finding.known_method or finding.method_pattern or ''}"
    lines = [title.rstrip() + "."]
    lines += [""] * bool(notes or writer.arguments)
    lines += [f"Note: {note}" for note in notes]
    lines += [f"{argument}: ``{_short(code)}``" for argument, code in writer.arguments.items()]
    text = "\n".join(lines) if len(lines) == 1 else "\n".join(lines) + "\n"
    escaped = text.replace("\\", "\\\\").replace('"""', "'''")
    return (
        f"def {name}({first}: {kind}{star}{extra}) -> {returns}:\n"
        + indent(f'"""{escaped}"""', "    ")
        + "\n"
        + indent(body, "    ")
    )


def _short(code: str) -> str:
    flat = " ".join(code.split())
    return flat if len(flat) <= 60 else flat[:57] + "..."


def _test(skeleton: Skeleton) -> str:
    old_given, new_given = (
        "".join(
            f", {name}={skeleton.samples[name]}" for name in skeleton.arguments if f"{name}: Any" in source
        )
        for source in (skeleton.legacy, skeleton.modern)
    )
    keys = "".join(f"[{_quoted(key)}]" for key in skeleton.path_to_rows)
    is_browser = "portal: BX24" in skeleton.legacy
    is_batch = ".call_batch(" in skeleton.legacy
    browser = (
        "portal = old_portal(tmp_path)[1]\n    old = BX24.from_webhook(portal.webhook_url, transport=portal)"
    )
    lines = [
        f"def test_{skeleton.name}_gives_the_same(tmp_path: Path) -> None:",
        f'    """Line {skeleton.finding.line} gives the same by both paths."""',
        f"    {browser}" if is_browser else "    old, _ = old_portal(tmp_path)",
        "",
        f"    before = {skeleton.name}_legacy(old{old_given})",
        f"    after = {skeleton.name}_modern(new_client(){new_given})",
        "",
    ]
    if is_batch:
        old_values = "{key: answer.data() for key, answer in before.items()}" if is_browser else _BATCH_VALUES
        lines.append(f"    assert {old_values} == {{key: outcome.value for key, outcome in after.items()}}")
    elif is_browser:
        lines.append(f"    assert before.answer{keys} == after")
    else:
        lines.append(f"    assert before{keys} == after")
    if skeleton.arguments:
        lines.insert(2, "    # The arguments below stand for values of the old code; put real ones.")
    return "\n" + "\n".join(lines)
