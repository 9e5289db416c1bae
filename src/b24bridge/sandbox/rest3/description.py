"""What REST 3.0 says about itself: scopes, and the OpenAPI description (section 9.6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from b24bridge.sandbox.methods import Context, Method, Params

from .dto import Dto

__all__ = ["ALIASES", "openapi", "scope_list"]

ALIASES = {"documentation": "rest.documentation.openapi", "scopes": "rest.scope.list"}

_FILTERS = ("filterModule", "filterController", "filterMethod")
_REQUESTS: Mapping[str, Mapping[str, Any]] = {
    "get": {"id": {"type": "integer"}, "select": {"type": "array", "items": {"type": "string"}}},
    "list": {
        "select": {"type": "array", "items": {"type": "string"}},
        "filter": {"type": "array", "items": {}},
        "order": {"type": "object", "additionalProperties": {"type": "string", "enum": ["ASC", "DESC"]}},
        "pagination": {
            "type": "object",
            "properties": {name: {"type": "integer"} for name in ("page", "limit", "offset")},
        },
    },
    "add": {"fields": {"type": "object"}},
    "update": {"id": {"type": "integer"}, "fields": {"type": "object"}},
    "delete": {"id": {"type": "integer"}},
    "aggregate": {
        "select": {
            "type": "object",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
        "filter": {"type": "array", "items": {}},
    },
    "tail": {
        "select": {"type": "array", "items": {"type": "string"}},
        "filter": {"type": "array", "items": {}},
        "cursor": {"type": "object"},
    },
}
_REQUIRED = {
    "get": ["id"],
    "update": ["id", "fields"],
    "delete": ["id"],
    "add": ["fields"],
    "tail": ["cursor"],
    "aggregate": ["select"],
}


def scope_list(methods: Mapping[str, Method], _context: Context, params: Params) -> Any:
    """``rest.scope.list``: module, controller, method, and the scope that it needs."""
    wanted = [params.get(name) for name in _FILTERS]
    tree: dict[str, dict[str, dict[str, Any]]] = {}
    for name in methods:
        module, _, rest = name.partition(".")
        controller, _, verb = rest.rpartition(".")
        parts = (module, controller, verb)
        if rest and all(not want or want == part for want, part in zip(wanted, parts, strict=True)):
            entry: dict[str, Any] = {"scope": name, "title": None, "description": None, "fields": []}
            tree.setdefault(module, {}).setdefault(controller, {})[verb] = entry
    return tree or []


def openapi(methods: Iterable[str], entities: Iterable[Dto], server: str) -> dict[str, Any]:
    """``rest.documentation.openapi``: every method as a path, every entity as a schema."""
    schemas: dict[str, Any] = {}
    for dto in entities:
        _collect(schemas, dto)
    return {
        "openapi": "3.0.0",
        "info": {"title": "Bitrix24 REST API", "version": "3.0.0"},
        "servers": [{"url": server}],
        "paths": {f"/{name}": {"post": _operation(name)} for name in methods},
        "components": {"schemas": schemas},
    }


def _collect(schemas: dict[str, Any], dto: Dto) -> None:
    if dto.name not in schemas:
        schemas[dto.name] = dto.schema()
        for related in dto.related.values():
            _collect(schemas, related)


def _operation(name: str) -> dict[str, Any]:
    verb = name.rpartition(".")[2]
    request: dict[str, Any] = {"type": "object", "properties": dict(_REQUESTS.get(verb, {}))}
    if ".field." in name and verb == "get":
        request = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
    elif verb in _REQUIRED:
        request["required"] = _REQUIRED[verb]
    content = {"application/json": {"schema": {"type": "object"}}}
    return {
        "operationId": name,
        "tags": [name.partition(".")[0]],
        "requestBody": {"required": True, "content": {"application/json": {"schema": request}}},
        "responses": {
            "200": {"description": "Success", "content": content},
            "default": {"description": "Refusal", "content": content},
        },
    }
