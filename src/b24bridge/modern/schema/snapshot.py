"""What a portal's records consist of: fields, user fields, pipelines, directories and smart processes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from b24bridge.errors import AccessError, ConfigError, NotFoundError
from b24bridge.wire.call import Call

if TYPE_CHECKING:
    from b24bridge.modern.client import Client

__all__ = ["BUILT_IN", "Entity", "FieldFacts", "Snapshot", "pull"]

# Type ids of the vendor's page "CRM Object Types".
BUILT_IN = {1: "Lead", 2: "Deal", 3: "Contact", 4: "Company", 7: "Quote"}


@dataclass(frozen=True, slots=True)
class FieldFacts:
    """One field of a kind of record, as ``crm.item.fields`` describes it.

    Attributes:
        type: The vendor's type (``string``, ``crm_status``, ``employee``, ...).
        title: Title in the portal's language.
        required: Whether a new record must have it.
        read_only: Whether it can be written.
        multiple: Whether it holds a list.
        items: Values of a list field: id -> text.
    """

    type: str
    title: str = ""
    required: bool = False
    read_only: bool = False
    multiple: bool = False
    items: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entity:
    """One kind of record.

    Attributes:
        type_id: Its ``entityTypeId``.
        name: English name of a built-in kind, the portal's title of a smart process.
        fields: Fields by their names in ``crm.item.*``.
        categories: Pipelines: id -> name.
    """

    type_id: int
    name: str
    fields: Mapping[str, FieldFacts]
    categories: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The schema of a portal at one moment.

    Attributes:
        entities: Kinds of records by type id in text.
        directories: ``ENTITY_ID`` of ``crm.status.list`` -> status id -> name, in the portal's order.
        unread: What could not be read: method -> code of the refusal.
    """

    entities: Mapping[str, Entity]
    directories: Mapping[str, Mapping[str, str]]
    unread: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> str:
        """Return the snapshot as JSON that shows a change as few lines."""
        return json.dumps({"format": 1, **asdict(self)}, ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str, source: str = "the snapshot") -> Snapshot:
        """Read a snapshot.

        Raises:
            ConfigError: It is none.
        """
        try:
            data = json.loads(text)
            return cls(
                entities={
                    key: Entity(
                        entity["type_id"],
                        entity["name"],
                        {name: FieldFacts(**facts) for name, facts in entity["fields"].items()},
                        entity["categories"],
                    )
                    for key, entity in data["entities"].items()
                },
                directories=data["directories"],
                unread=data["unread"],
            )
        except (ValueError, KeyError, TypeError, AttributeError) as exc:
            raise ConfigError(
                f"{source} is no schema of a portal.", remedy="Make one with `b24bridge schema pull`."
            ) from exc


def pull(client: Client) -> Snapshot:
    """Read the schema of a portal in a few requests.

    What the credentials may not read is left out and named in ``unread``.
    """
    unread: dict[str, str] = {}
    kinds = dict(BUILT_IN)
    types = _ask(client, "crm.type.list", {}, unread)
    for row in (types or {}).get("types", ()):
        kinds[int(row["entityTypeId"])] = str(row["title"])
    commands: dict[tuple[str, int], Call[Any]] = {
        (what, type_id): Call(method, {"entityTypeId": type_id})
        for type_id in kinds
        for what, method in (("fields", "crm.item.fields"), ("categories", "crm.category.list"))
    }
    outcomes = client.batch(commands)
    entities = {}
    for type_id, name in kinds.items():
        described = outcomes["fields", type_id]
        if not described.ok:
            unread[f"crm.item.fields {type_id}"] = getattr(described.error, "code", "")
            continue
        pipelines = outcomes["categories", type_id]
        rows = pipelines.value["categories"] if pipelines.ok else ()
        entities[str(type_id)] = Entity(
            type_id,
            name,
            {key: _facts(facts) for key, facts in described.value["fields"].items()},
            {str(row["id"]): str(row["name"]) for row in rows},
        )
    return Snapshot(entities, _directories(client, unread), unread)


def _ask(client: Client, method: str, params: Mapping[str, Any], unread: dict[str, str]) -> Any:
    try:
        return client.call(method, params).result
    except (AccessError, NotFoundError) as error:
        unread[method] = error.code
        return None


def _facts(facts: Mapping[str, Any]) -> FieldFacts:
    return FieldFacts(
        type=str(facts.get("type") or ""),
        title=str(facts.get("title") or ""),
        required=bool(facts.get("isRequired")),
        read_only=bool(facts.get("isReadOnly")),
        multiple=bool(facts.get("isMultiple")),
        items={str(item["ID"]): str(item["VALUE"]) for item in facts.get("items") or ()},
    )


def _directories(client: Client, unread: dict[str, str]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for row in _statuses(client, unread):
        found.setdefault(str(row["ENTITY_ID"]), {})[str(row["STATUS_ID"])] = str(row["NAME"])
    return dict(sorted(found.items()))


def _statuses(client: Client, unread: dict[str, str]) -> Iterator[Mapping[str, Any]]:
    rows = _ask(client, "crm.status.list", {"order": {"SORT": "ASC"}}, unread)
    yield from rows or ()
