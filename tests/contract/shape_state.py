"""Makes the state that an example needs: the record that it reads is added by the family's own ``add``.

The tables in ``shapes/`` (any number of files, read as one) say only what no rule can know:

* ``names``: parameter name to the method whose new id belongs there, for all methods;
* ``needs``: the same by parameter path, for a method or a prefix of methods, instead of all rules
  (``+path`` puts the id where the example has none);
* ``prior``: methods called before, with their own examples or with given parameters;
* ``examples``: parameters of a creating method, where its own example cannot be used;
* ``asked``: parameters of an example, where the documentation shows none that fit its answer;
* ``rows``: rows of tables that no method adds;
* ``optional``: keys that an answer may lack; ``departures``: examples that differ, with the reason.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from b24bridge.sandbox.portal import Portal
from b24bridge.sandbox.records import Kind

__all__ = ["CORPUS", "TABLE", "Example", "State", "examples", "looked_up"]

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"

Example = dict[str, Any]


def _table() -> dict[str, dict[str, Any]]:
    sections = ("names", "needs", "prior", "examples", "asked", "rows", "optional", "departures")
    table: dict[str, dict[str, Any]] = {name: {} for name in sections}
    for path in sorted((Path(__file__).parent / "shapes").glob("*.json")):
        for section, entries in json.loads(path.read_text(encoding="utf-8")).items():
            table[section].update(entries)
    return table


TABLE = _table()

# Calls that the state of one example may take: needs that name each other would go on for very long.
_MOST_CALLS = 100
_ADDING = ("add", "create", "register", "bind", "set")
_ID_NAMES = ("id", "ID", "Id", "CALL_ID")
# What the creator of a record is told as well, so that it is made in the same place.
_PLACE = ("entityTypeId", "IBLOCK_TYPE_ID", "IBLOCK_ID", "IBLOCK_CODE", "ENTITY", "moduleId", "entityId")
_TYPE_IDS = ("entityTypeId", "ownerTypeId")


def examples() -> Iterator[Example]:
    """Return every example of the corpus."""
    for path in sorted(CORPUS.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield json.loads(line)


def looked_up(section: str, method: str) -> Any:
    """Return the entry of the longest prefix of a method, or None."""
    table, name = TABLE[section], method
    while name:
        if name in table:
            return table[name]
        name = name.rpartition(".")[0]
    return None


class State:
    """One portal for one example."""

    def __init__(self, catalogue: Mapping[str, Example]) -> None:
        self._catalogue = catalogue
        self._made: dict[str, Any] = {}
        self._ancestors: list[str] = []
        self._calls = 0
        self.portal = Portal(webhook_code="code")
        self.portal.seed(
            {"departments": [{"ID": 1, "NAME": "Company", "SORT": 500}], "users": self._people()}
        )

    def _people(self) -> list[Example]:
        """Three people who have filled in everything that is text."""
        fields = self.portal.records["users"].fields.values()
        blank = {item.name: "" for item in fields if item.type == "string" and not item.read_only}
        when = "2025-01-01T00:00:00+03:00"
        moments = {item.name: when for item in fields if item.kind in (Kind.DATE, Kind.DATETIME)}
        return [
            {
                **blank,
                **moments,
                "ID": number,
                "NAME": "Anna",
                "LAST_NAME": f"Fischer {number}",
                "EMAIL": f"anna{number}@example.com",
                "UF_DEPARTMENT": [1],
                "ADMIN": "Y" if number == 1 else "N",
            }
            for number in (1, 2, 3)
        ]

    def answer(self, example: Example) -> Any:
        """Return the portal's answer to an example, once its records exist."""
        method = _key(example)
        params = TABLE["asked"].get(example["id"], (example["request"] or {}).get("params"))
        if params is None:
            params = self._example_params(method)
        if example["source"] == "recorded":
            self.portal.load_answers([{**example, "method": method, "params": params}])
        self._prepare(method, params)
        params = self._with_ids(method, params)
        answer = self.call(method, params)
        is_documented_empty = _is_empty((example["response"] or {}).get("result"))
        if isinstance(params, dict) and _is_empty(answer.get("result")) and not is_documented_empty:
            # The condition of the example speaks of records that only the vendor's portal has.
            wider = {key: value for key, value in params.items() if key.lower() not in ("filter", "start")}
            answer = self.call(method, wider)
        return answer

    def call(self, method: str, params: Any) -> Any:
        """Call a method with a token and return the decoded body.

        Raises:
            RuntimeError: The state of this example does not come to an end.
        """
        self._calls += 1
        if self._calls > _MOST_CALLS:
            raise RuntimeError(
                f"{method}: more than {_MOST_CALLS} calls for one example; see needs and prior"
            )
        token = self.portal.tokens()["access"]
        name, _, version = method.partition("@")
        path = f"/rest/api/{name}" if version else f"/rest/{name}.json"
        headers = [("content-type", "application/json"), ("authorization", f"Bearer {token}")]
        body = json.dumps(params if params is not None else {}).encode()
        return json.loads(self.portal.answer("POST", f"{self.portal.base_url}{path}", headers, body).body)

    def make(self, method: str, asked: Any = None) -> Any:
        """Create what a method creates, once, in the place that the asking one names; return its id."""
        if method not in self._made and method not in self._ancestors:
            self._ancestors.append(method)
            self._prepare(method, asked)
            params = looked_up("examples", method) if method in TABLE["examples"] else None
            params = self._example_params(method) if params is None else params
            if isinstance(params, dict) and isinstance(asked, dict):
                params = {
                    **params,
                    **{name: asked[name] for name in _PLACE if name in asked and name in params},
                }
            answer = self.call(method, self._with_ids(method, params))
            self._made[method] = _id_in(answer.get("result"))
            self._ancestors.pop()
        return self._made.get(method)

    def _prepare(self, method: str, params: Any = None) -> None:
        for table, rows in (looked_up("rows", method) or {}).items():
            for row in rows:
                self.portal.store.insert(table, row)
        for step in looked_up("prior", method) or ():
            if step in self._ancestors or step == method:
                continue
            if isinstance(step, str):
                self.make(step, params)
            else:
                name, params = step
                self.call(name, self._with_ids(name, params))

    def _with_ids(self, method: str, params: Any) -> Any:
        params = copy.deepcopy(params)
        self._add_types(params)
        needs = looked_up("needs", method)
        if needs is None:
            needs = self._usual_needs(method, params)
        for path, creator in needs.items():
            if (creator != method and _has(params, path.lstrip("+"))) or path.startswith("+"):
                value = self.make(creator, params) if isinstance(creator, str) else creator["value"]
                if value is not None:
                    _put(params, path.lstrip("+"), value)
        return params

    def _add_types(self, params: Any) -> None:
        """Smart processes that an example names are there."""
        for name in _TYPE_IDS if isinstance(params, dict) else ():
            type_id = params.get(name)
            if str(type_id).isdigit() and int(type_id) >= 128 and not self.portal.entities.get(int(type_id)):
                self.portal.seed(
                    {"types": [{"id": int(type_id), "entityTypeId": int(type_id), "title": "Own"}]}
                )

    def _usual_needs(self, method: str, params: Any) -> dict[str, str]:
        """The record with the id of the example is what the family adds."""
        family, _, verb = method.partition("@")[0].rpartition(".")
        version = "@3" if "@" in method else ""
        named = {name: maker for name, maker in TABLE["names"].items() if _has(params, name)}
        if verb in _ADDING:
            return named
        for adding in _ADDING:
            creator = f"{family}.{adding}{version}"
            if creator in self._catalogue:
                names = _ID_NAMES if isinstance(params, dict) else ("0",)
                found = {name: creator for name in names if _has(params, name)}
                if not found:
                    self.make(creator, params)
                return {**named, **found}
        return named

    def _example_params(self, method: str) -> Any:
        example = self._catalogue.get(method)
        return {} if example is None else example["request"]["params"]


def _key(example: Example) -> str:
    return f"{example['method'].lower()}{'@3' if example['api'] == 3 else ''}"


def _is_empty(result: Any) -> bool:
    if isinstance(result, dict):
        return bool(result) and all(_is_empty(value) for value in result.values())
    return isinstance(result, list) and not result


def _id_in(result: Any) -> Any:
    if isinstance(result, list):
        return _id_in(result[0]) if result else None
    if isinstance(result, dict):
        for name in _ID_NAMES:
            if name in result:
                return result[name]
        return next((_id_in(value) for value in result.values() if isinstance(value, dict)), None)
    if isinstance(result, bool):
        return None
    return result if isinstance(result, (int, str)) else None


def _steps(path: str) -> list[Any]:
    return [int(step) if step.isdigit() else step for step in path.split(".")]


def _has(params: Any, path: str) -> bool:
    for step in _steps(path):
        if isinstance(params, list) and isinstance(step, int) and step < len(params):
            params = params[step]
        elif isinstance(params, dict) and str(step) in params:
            params = params[str(step)]
        else:
            return False
    return True


def _put(params: Any, path: str, value: Any) -> None:
    *steps, last = _steps(path)
    for step in steps:
        params = params[step] if isinstance(params, list) else params.setdefault(str(step), {})
    if isinstance(params, list) and isinstance(last, int):
        params[last : last + 1] = [value]
    else:
        params[str(last)] = value
