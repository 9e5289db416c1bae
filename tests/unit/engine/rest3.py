"""A small model of a portal's REST 3.0, by its documentation and source; it shares no code with what is tested.

Commands of a batch run one after another; the first that fails is the whole answer, and what ran stays done.
"""

from __future__ import annotations

import json
from typing import Any

from b24bridge.wire.request import WireRequest, WireResponse
from tests.unit.engine.scripted import reply

PREFIX = "BITRIX_REST_V3_EXCEPTION_"


class Refused(Exception):
    """A command that the portal refuses."""

    def __init__(self, code: str, status: int = 400) -> None:
        super().__init__(code)
        self.answer = reply({"error": {"code": PREFIX + code, "message": "No."}}, status)


class ModelPortal3:
    """Answers ``echo.get``, ``rows.list``, ``fail.get``, ``note.add``, ``fail.add`` and batches of them."""

    def __init__(self) -> None:
        self.batches: list[list[dict[str, Any]]] = []
        self.requests: list[str] = []
        self.keys: list[str | None] = []
        self.written: list[Any] = []

    def __call__(self, request: WireRequest) -> WireResponse:
        """Answer one request."""
        method = request.url.rpartition("/")[2]
        self.requests.append(method)
        self.keys.append(dict(request.headers).get("Idempotency-Key"))
        body = json.loads(request.body)
        try:
            return reply({"result": self._batch(body) if method == "batch" else self._run(method, body)})
        except Refused as refused:
            return refused.answer

    def _batch(self, body: list[dict[str, Any]]) -> list[Any]:
        self.batches.append(body)
        assert len(body) <= 50
        if any(command["method"] == "no.such" for command in body):
            raise Refused("METHODNOTFOUNDEXCEPTION", 404)
        results: list[Any] = []
        context: dict[str, Any] = {}
        for command in body:
            results.append(self._run(command["method"], self._filled(command["query"], context)))
            for container in ("item", "items"):
                if container in results[-1]:
                    context[command["as"]] = results[-1][container]
        return results

    def _run(self, method: str, query: dict[str, Any]) -> dict[str, Any]:
        if method == "no.such":
            raise Refused("METHODNOTFOUNDEXCEPTION", 404)
        if method.startswith("fail."):
            raise Refused("ENTITYNOTFOUNDEXCEPTION")
        if method == "rows.list":
            return {"items": [{"id": number} for number in query["ids"]]}
        if method == "echo.get":
            return {"item": query}
        self.written.append(query)
        return {"id": len(self.written)}

    def _filled(self, value: Any, context: dict[str, Any]) -> Any:
        if isinstance(value, list):
            return [self._filled(item, context) for item in value]
        if not isinstance(value, dict):
            return value
        if "$ref" in value:
            return self._walked(value["$ref"].split("."), context)
        if "$refArray" in value:
            *path, field = value["$refArray"].split(".")
            return [row[field] for row in self._walked(path, context)]
        return {key: self._filled(item, context) for key, item in value.items()}

    def _walked(self, path: list[str], context: Any) -> Any:
        for part in path:
            if isinstance(context, list):
                part = int(part)  # type: ignore[assignment]
            try:
                context = context[part]
            except (KeyError, IndexError, TypeError):
                raise Refused("INVALIDSELECTEXCEPTION") from None
        return context
