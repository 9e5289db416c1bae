"""A portal that behaves as the authors of the original modules believed.

Golden files "as meant" were recorded by running the unmodified PHP against such a portal ("The
service desk", section 2). Each belief is the counterpart of one defect; the legacy halves in front of
this portal are therefore the oracle for every combination of repaired defects.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from service_desk_world import Line

from b24bridge.sandbox.portal import Portal
from b24bridge.sandbox.reply import Reply
from b24bridge.wire.phpquery import http_build_query, parse_str

Json = Any

BELIEFS = {
    "SD-SEC-01": "next_in_result",
    "SD-SEC-02": "user_id_csv",
    "SD-GRA-01": "naive_utc",
    "SD-TT-01": "tasks_camel",
    "SD-TT-02": "flat_task",
    "SD-TT-03": "uf_upper",
    "SD-TT-04": "whole_days",
}
PAGE = 50
_NAIVE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_CAMEL = {"timeSpentInLogs": "TIME_SPENT_IN_LOGS", "ufCrmTask": "UF_CRM_TASK"}


class BelievedLine(Line):
    """A line to a portal that fulfils the beliefs behind some defects."""

    def __init__(self, portal: Portal, fixes: Collection[str]) -> None:
        super().__init__(portal)
        self._beliefs = {BELIEFS[fix] for fix in fixes}

    def answer(self, verb: str, url: str, headers: Sequence[tuple[str, str]], body: bytes) -> Reply:
        """Answer one request as believed."""
        method = url.rpartition("/")[2].removesuffix(".json")
        params = parse_str(body)
        asked = self._asked(method, json.loads(json.dumps(params)))
        camel_filter = "tasks_camel" in self._beliefs and ">timeSpentInLogs" in params.get("filter", {})
        if method == "tasks.task.list" and camel_filter:
            return self._tasks_with_time(verb, url, headers, asked)
        reply = self._forward(verb, url, headers, asked)
        return self._answered(method, reply)

    def _forward(self, verb: str, url: str, headers: Sequence[tuple[str, str]], params: Json) -> Reply:
        return super().answer(verb, url, headers, http_build_query(params).encode())

    def _asked(self, method: str, params: dict[str, Json]) -> dict[str, Json]:
        wanted = params.get("filter", {})
        if method == "user.get" and "user_id_csv" in self._beliefs and isinstance(params.get("ID"), str):
            params["ID"] = params["ID"].split(",")
        if method == "crm.item.list":
            if "naive_utc" in self._beliefs:
                params["filter"] = {key: _in_utc(value) for key, value in wanted.items()}
            if "uf_upper" in self._beliefs and "UF_CRM_7_TYPE_PRODUCT" in wanted:
                wanted["ufCrm7TypeProduct"] = wanted.pop("UF_CRM_7_TYPE_PRODUCT")
                params["select"] = [
                    "ufCrm7TypeProduct" if name == "UF_CRM_7_TYPE_PRODUCT" else name
                    for name in params["select"]
                ]
        if method == "tasks.task.list":
            if "whole_days" in self._beliefs:
                params["filter"] = {key: _whole_day(key, value) for key, value in wanted.items()}
            if "tasks_camel" in self._beliefs:
                params["select"] = [_CAMEL.get(name, name) for name in params["select"]]
        if method == "batch" and "tasks_camel" in self._beliefs:
            params["cmd"] = {key: _spelled(command) for key, command in params["cmd"].items()}
        return params

    def _answered(self, method: str, reply: Reply) -> Reply:
        body = json.loads(reply.body)
        if method == "crm.item.list" and "next_in_result" in self._beliefs and "next" in body:
            body["result"]["next"] = body["next"]
        if method == "batch" and "flat_task" in self._beliefs and body["result"]["result"]:
            body["result"]["result"] = {
                key: task["task"] if isinstance(task, Mapping) else task
                for key, task in body["result"]["result"].items()
            }
        return Reply(reply.status, reply.headers, json.dumps(body).encode(), reply.delay_s)

    def _tasks_with_time(
        self, verb: str, url: str, headers: Sequence[tuple[str, str]], params: dict[str, Json]
    ) -> Reply:
        """Filter by logged time, which the portal cannot, and cut the pages anew."""
        start = int(params.pop("start"))
        found: list[Json] = []
        page: list[Json] = [None]
        at = 0
        while page:
            reply = self._forward(verb, url, headers, {**params, "start": at})
            page = json.loads(reply.body)["result"]["tasks"]
            found += [task for task in page if int(task["timeSpentInLogs"] or 0) > 0]
            at += PAGE
        result = {"tasks": found[start : start + PAGE]}
        return Reply(200, (), json.dumps({"result": result, "total": len(found)}).encode())


def _in_utc(value: Json) -> Json:
    return f"{value}+00:00" if isinstance(value, str) and _NAIVE.fullmatch(value) else value


def _whole_day(key: str, value: Json) -> Json:
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        return value
    return f"{value}T23:59:59+00:00" if key.startswith("<=") else f"{value}T00:00:00+00:00"


def _spelled(command: str) -> str:
    for camel, upper in _CAMEL.items():
        command = command.replace(camel, upper)
    return command
