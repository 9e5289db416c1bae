"""Python skeletons: each call site of a file, as the old path and as the new one, and a test of both."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from textwrap import indent

from b24bridge.knowledge import catalog
from b24bridge.scan.advice import BUGS, advice
from b24bridge.scan.model import FileReport, Finding
from b24bridge.scan.port_contract import contract_test
from b24bridge.scan.port_source import Brackets, Source, imports, laid_out, quoted, source_of
from b24bridge.scan.port_values import Constant, Constants
from b24bridge.scan.port_writer import Names, Writer
from b24bridge.scan.rules.lists import is_list
from b24bridge.wire.call import Json
from b24bridge.wire.phpquery import parse_str

__all__ = ["Port", "Skeleton", "port_file"]

_CALLS = frozenset({"crest.call", "bx24.callMethod", "bxrest.callMethod", "http.rest", "wrapper.call"})
_BATCHES = frozenset({"crest.callBatch", "bx24.callBatch", "bxrest.callBatch", "wrapper.batch"})
_PAGING = frozenset({"start", "START", "next", "page", "offset"})
_LISTS = frozenset({"pagination-loop", "pagination-total", "bx24-more-next", "single-page-list"})
# Page "Object types" of the vendor: numbers of smart processes begin here.
_FIRST_TYPE = 128
# Options of ``fetch`` beside the body, which holds the parameters.
_FETCH = frozenset({"method", "headers", "mode", "credentials", "cache", "signal", "redirect", "keepalive"})
# Functions that make a body of the parameters.
_ENCODERS = frozenset({"http_build_query", "json_encode", "stringify"})


@dataclass(frozen=True, slots=True)
class Skeleton:
    """One call site in Python.

    Attributes:
        name: Common part of the two functions' names.
        finding: The site.
        legacy: Source of the old path, or empty where it stays in the browser.
        modern: Source of the new path.
        arguments: What the old code had in variables: the old expression by the argument's name.
        legacy_arguments: Arguments of the old path.
        modern_arguments: Arguments of the new path, which pages by itself.
        notes: What a person has to decide.
        path_to_rows: Keys under which the old answer holds what the new path returns.
        samples: What the test gives for an argument until a person puts a real value.
        entity_types: Smart processes that the call names.
    """

    name: str
    finding: Finding
    legacy: str
    modern: str
    arguments: Mapping[str, str]
    legacy_arguments: tuple[str, ...]
    modern_arguments: tuple[str, ...]
    notes: tuple[str, ...]
    path_to_rows: tuple[str, ...] = ()
    samples: Mapping[str, str] = field(default_factory=dict)
    entity_types: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Port:
    """The port of one file.

    Attributes:
        path: The old file.
        name: Module name of the port.
        skeletons: Its call sites.
        remarks: Sites that have no Python counterpart, and what becomes of them.
        constants: Constants of the old code that the calls use, by their name in Python.
    """

    path: str
    name: str
    skeletons: tuple[Skeleton, ...]
    remarks: tuple[str, ...] = ()
    constants: Mapping[str, Constant] = field(default_factory=dict)

    def module(self) -> str:
        """Return the source of the port."""
        functions = [text for one in self.skeletons for text in (one.legacy, one.modern)]
        head = [
            f'"""Port of ``{self.path}``: each call by the old and by the new path."""',
            imports(" ".join(functions), "from typing import Any\n\n"),
            "\n".join(f"# {remark}" for remark in self.remarks),
            "\n".join(_definition(name, constant) for name, constant in self.constants.items()),
        ]
        text = "\n\n\n".join(["\n\n".join(filter(None, head)), *functions]) + "\n"
        # A name of a file may be in another encoding than the source of a module can be.
        return text.encode("utf-8", "replace").decode()

    def test(self) -> str:
        """Return the source of the contract test: both paths against portals of the same content."""
        return contract_test(self.name, self.skeletons)


def _definition(name: str, constant: Constant) -> str:
    told = constant.place if constant.written == name else f"{constant.written}, {constant.place}"
    return f"# {told}\n" + laid_out(source_of(constant.value), before=f"{name} = ")


def port_file(report: FileReport, constants: Constants | None = None, text: str = "") -> Port:
    """Return the port of a scanned file.

    Args:
        report: The file.
        constants: Constants that it may use (``port_values.constants_of``); without them each is an argument.
        text: Its decoded text, by which parameters in an address are found.
    """
    known = constants or Constants(is_php=report.language == "php")
    skeletons: list[Skeleton] = []
    remarks: list[str] = []
    used: dict[str, Constant] = {}
    for finding in report.findings:
        if not _is_call(finding):
            remarks.append(f"Line {finding.line}, {finding.api}: {advice(finding)}")
            continue
        name = f"line_{finding.line}"
        if any(one.name == name for one in skeletons):
            name = f"{name}_{finding.column}"
        is_other_language = known.is_php and _is_browser(finding)
        names = Names(constants=used)
        code = text[slice(*finding.span)]
        skeletons.append(
            _skeleton(name, finding, Constants(is_php=False) if is_other_language else known, names, code)
        )
    stem = re.sub(r"\W+", "_", report.path.rsplit("/", 1)[-1].rsplit(".", 1)[0]).strip("_").lower()
    name = f"port_{stem}" if stem[:1].isdigit() else f"{stem or 'module'}_port"
    return Port(report.path, name, tuple(skeletons), tuple(remarks), used)


def _is_call(finding: Finding) -> bool:
    # A wrapper may make a batch of anything; only behind one of the SDK's own its commands are known.
    if finding.api == "wrapper.batch":
        return (finding.via or "").endswith("Batch")
    return finding.api in _CALLS or finding.api in _BATCHES


def _is_browser(finding: Finding) -> bool:
    return (finding.via or finding.api).startswith(("bx24.", "bxrest."))


def _skeleton(name: str, finding: Finding, known: Constants, names: Names, code: str) -> Skeleton:
    old, new = (Writer(known, finding.scope, names) for _ in range(2))
    is_batch = finding.api in _BATCHES
    rows = not is_batch and _reads_rows(finding)
    params = finding.params
    if finding.api == "http.rest":
        params = _sent(finding, known, code)
    if is_batch:
        legacy_body, modern_body = _batch(finding, old, new)
    else:
        legacy_body, modern_body = _single(finding, params, old, new, rows)
    notes = tuple(_notes(finding, rows, has_params=params is not None))
    owner = "BX24" if _is_browser(finding) else "type[CRest]"
    return Skeleton(
        name,
        finding,
        _function(f"{name}_legacy", f"portal: {owner}", old, legacy_body, finding, notes),
        _function(f"{name}_modern", "b24: Client", new, modern_body, finding, ()),
        names.arguments,
        tuple(old.used),
        tuple(new.used),
        notes,
        _rows_path(finding) if rows else ("result",),
        names.samples,
        frozenset(_entity_types(params, known, finding.scope)),
    )


def _entity_types(params: Json, known: Constants, scope: str) -> Iterator[int]:
    """Yield the smart processes that parameters name; types below are the portal's own."""
    if isinstance(params, list):
        params = dict(enumerate(params))
    for key, value in params.items() if isinstance(params, dict) else ():
        if key == "entityTypeId":
            is_code = isinstance(value, dict) and set(value) == {"$code"}
            number = known.value(str(value["$code"]), scope) if is_code else value
            if type(number) is int and number >= _FIRST_TYPE:
                yield number
        yield from _entity_types(value, known, scope)


def _reads_rows(finding: Finding) -> bool:
    method = finding.known_method
    if isinstance(finding.params, list):
        # Methods with parameters by position, such as ``task.elapseditem.getlist``, have no pages to ask for.
        return False
    return method is not None and (is_list(method) or bool(_LISTS & set(finding.tags)))


def _rows_path(finding: Finding) -> tuple[str, ...]:
    facts = catalog.lookup(finding.known_method or "")
    return ("result", facts.container) if facts is not None and facts.container else ("result",)


def _sent(finding: Finding, known: Constants, code: str) -> Json:
    """Return the parameters of a request that the old code sent itself; None if they are not written out."""
    given = finding.params
    if isinstance(given, dict) and set(given) <= _FETCH | {"body"} and re.match(r"[\w.]*fetch\(", code):
        given = given.get("body")
    if isinstance(given, dict) and set(given) == {"$code"}:
        inner = known.encoded(str(given["$code"]), _ENCODERS)
        return given if inner is None else inner
    if given is None and finding.known_method:
        method = re.escape(finding.known_method)
        found = re.search(method + r"(?:\.json|\.xml)?/?\?([^'\"`${}]+)['\"`]\s*([.+]?)", code)
        if found is not None and not found[2]:
            return parse_str(found[1])
    return given


def _single(
    finding: Finding, params: Json, old: Writer, new: Writer, rows: bool
) -> tuple[Sequence[str], Sequence[str]]:
    kept = params
    if rows and isinstance(params, dict) and "$code" not in params:
        kept = {key: value for key, value in params.items() if key not in _PAGING}
    old_method, new_method = (_method(finding, writer) for writer in (old, new))
    old_params = () if params is None else (old.params(params),)
    new_params = (new.params(kept),) if kept else ()
    if _is_browser(finding):
        asked = old_params or ("{}",)
        legacy = _answered("portal.call_method(", old_method, *asked)
    else:
        legacy = [laid_out(_call("portal.call(", old_method, *old_params), indent=4, before="return ")]
    if rows:
        modern = _call("b24.list(", new_method, *new_params)
    else:
        modern = _call("b24.call(", new_method, *new_params, closing=").result")
    return legacy, [laid_out(modern, indent=4, before="return ")]


def _method(finding: Finding, writer: Writer) -> str:
    if finding.known_method:
        return quoted(finding.known_method)
    return writer.argument("method" if _is_browser(finding) else "$method", '"profile"')


def _batch(finding: Finding, old: Writer, new: Writer) -> tuple[Sequence[str], Sequence[str]]:
    params = finding.params if finding.params is not None else []
    modern = [
        laid_out(_call("b24.batch(", new.value(_named(params), "commands")), indent=4, before="return ")
    ]
    commands = old.value(params, "commands")
    if _is_browser(finding):
        return _answered("portal.call_batch(", commands), modern
    return [laid_out(_call("portal.call_batch(", commands), indent=4, before="return ")], modern


def _call(opening: str, *arguments: Source, closing: str = ")") -> Brackets:
    return Brackets(opening, tuple(("", argument) for argument in arguments), closing)


def _answered(opening: str, *arguments: Source) -> Sequence[str]:
    """Return the lines of a call of BX24, which hands the result to a callback."""
    call = laid_out(_call(opening, *arguments, "answers.append"), indent=4)
    return ["    answers: list[Any] = []", call, "    return answers[0]"]


def _named(params: Json) -> Json:
    """Return commands in the form that the new batch takes: a name for each."""
    if isinstance(params, list):
        params = {str(index): command for index, command in enumerate(params)}
    if not isinstance(params, dict) or "$code" in params:
        return params
    return {key: _command(command) for key, command in params.items()}


def _command(command: Json) -> Json:
    if not isinstance(command, list):
        return command
    return dict(zip(("method", "params"), command, strict=False))


def _notes(finding: Finding, rows: bool, *, has_params: bool) -> Iterator[str]:
    if finding.known_method is None and finding.api not in _BATCHES:
        pattern = f" (pattern {finding.method_pattern})" if finding.method_pattern else ""
        yield f"The method is an argument{pattern}: {finding.reason or 'it is not written out'}."
    if finding.deprecated is not None:
        yield advice(finding)
    if rows:
        yield "The new path reads all pages; give it a limit if the old page was meant."
    for tag in finding.tags:
        if tag in BUGS:
            yield f"{tag}: {advice(replace(finding, tags=(tag,), deprecated=None))}"
            if tag != "open-proxy":
                yield "The old path is wrong here, so expect a difference and accept it by name."
    if "no-error-check" in finding.tags or "result-ignored" in finding.tags:
        yield "The old code checked nothing; the new path raises."
    if "n-plus-1" in finding.tags:
        yield "The old code asks once per element; one batch does."
    if finding.api == "http.rest":
        yield "The old code sent the request itself; CRest stands in for it."
        if not has_params:
            yield "Its parameters are put together elsewhere: write them here if it has any."


def _function(
    name: str, first: str, writer: Writer, body: Sequence[str], finding: Finding, notes: Sequence[str]
) -> str:
    star = (("", "*"),) if writer.used else ()
    given = (("", f"{argument}: Any") for argument in writer.used)
    head = laid_out(Brackets(f"def {name}(", (("", first), *star, *given), ")"), after=" -> Any:")
    title = f"Line {finding.line}: {finding.api} {finding.known_method or finding.method_pattern or ''}"
    lines = [title.rstrip() + "."]
    lines += [""] * bool(notes or writer.used)
    lines += [f"Note: {note}" for note in notes]
    lines += [_told(argument, writer) for argument in writer.used]
    text = "\n".join(lines) if len(lines) == 1 else "\n".join(lines) + "\n"
    escaped = text.replace("\\", "\\\\").replace('"""', "'''")
    return "\n".join([head, indent(f'"""{escaped}"""', "    "), *body])


def _told(argument: str, writer: Writer) -> str:
    code = writer.names.arguments[argument]
    why = writer.known.why_unknown(code, writer.scope)
    return f"{argument}: ``{_short(code)}``" + (f", {why}" if why else "")


def _short(code: str) -> str:
    line = " ".join(code.split())
    return line if len(line) <= 60 else line[:57] + "..."
