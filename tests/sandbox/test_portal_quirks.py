"""What catches emulators out: the numbered list of "How a Bitrix24 REST portal behaves", section 10.

Each test is named after its row; rows about the client's side or about families that are not
implemented have none. All run in the process and over a socket.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from doors import FORM, JSON, Door

from b24bridge.sandbox.batch import batch
from b24bridge.sandbox.listing import Answer
from b24bridge.sandbox.methods import Caller, Context
from b24bridge.sandbox.values import Moment

NOT_FOUND = {"error": "ERROR_METHOD_NOT_FOUND", "error_description": "Method not found!"}


def _deals(door: Door, count: int) -> None:
    rows = [{"id": n, "title": f"Deal {n}", "stageId": "NEW", "categoryId": 0} for n in range(1, count + 1)]
    door.portal.seed({"items_2": rows})


def test_01_unknown_method_is_404_before_any_authorisation(door: Door) -> None:
    """An unknown method is not found even without credentials."""
    answer = door.request("POST", "/rest/no.such.method.json")

    assert (404, NOT_FOUND) == (answer.status, answer.json)


def test_02_errors_have_no_time(door: Door) -> None:
    """Neither errors of the platform nor those of a method carry ``time``."""
    answers = [door.call("no.such.method"), door.call("crm.deal.get", {"id": 0})]

    assert [False, False] == ["time" in answer.json for answer in answers]


def test_03_classic_errors_have_an_empty_code(door: Door) -> None:
    """A deal without a usable id is refused with a falsy code."""
    answer = door.call("crm.deal.get", {"id": 0})

    assert (400, {"error": "", "error_description": "ID is not defined or invalid."}) == (
        answer.status,
        answer.json,
    )


def test_04_controller_codes_are_text(door: Door) -> None:
    """Controllers answer with the texts "0" and "100"."""
    answers = [door.call("tasks.task.get", {"taskId": 0}), door.call("crm.item.list")]

    assert [("0", 400), ("100", 400)] == [(answer.json["error"], answer.status) for answer in answers]


def test_05_deal_ids_are_numbers_when_added_and_text_when_read(door: Door) -> None:
    """``add`` answers an integer, ``get`` the same id as text."""
    number = door.call("crm.deal.add", {"fields": {"TITLE": "x"}}).result

    assert isinstance(number, int)
    assert str(number) == door.call("crm.deal.get", {"id": number}).result["ID"]


def test_06_deleting_an_item_answers_an_empty_array(door: Door) -> None:
    """``crm.item.delete`` has ``[]`` for a result."""
    assert [] == door.call("crm.item.delete", {"entityTypeId": 140, "id": 3002}).result


def test_07_duplicates_are_a_map_and_none_of_them_an_empty_array(door: Door) -> None:
    """``crm.duplicate.findbycomm`` answers ids by kind of record, or ``[]``."""
    number = door.call(
        "crm.contact.add", {"fields": {"NAME": "A", "PHONE": [{"VALUE": "+79990001122"}]}}
    ).result

    found = door.call("crm.duplicate.findbycomm", {"type": "PHONE", "values": ["+79990001122"]}).result
    missed = door.call("crm.duplicate.findbycomm", {"type": "PHONE", "values": ["+70000000000"]}).result

    assert {"CONTACT": [number]} == found
    assert [] == missed


def test_08_empty_option_store_is_an_array(door: Door) -> None:
    """``app.option.get`` of an empty store is ``[]``, otherwise an object."""
    token = door.portal.tokens()["access"]

    empty = door.token("app.option.get", token).result
    door.token("app.option.set", token, {"options": {"a": "1"}})

    assert [] == empty
    assert {"a": "1"} == door.token("app.option.get", token).result


def test_09_batch_without_errors_has_an_empty_list_of_them(door: Door) -> None:
    """``result_error`` is ``[]`` unless there are errors, then an object."""
    fine = door.call("batch", {"cmd": {"a": "server.time"}}).result
    bad = door.call("batch", {"cmd": {"a": "no.such"}}).result

    assert [] == fine["result_error"]
    assert {"a": NOT_FOUND} == bad["result_error"]
    assert [[], [], [], []] == [
        bad[part] for part in ("result", "result_total", "result_next", "result_time")
    ]


def test_10_batch_of_one_with_id_0_is_a_list(door: Door) -> None:
    """Ids 0..n-1 come back as a list."""
    result = door.form("batch", {"cmd": {"0": "method.get?name=profile"}}).result

    assert [{"isExisting": True, "isAvailable": True}] == result["result"]


def test_11_batch_with_number_ids_is_an_object(door: Door) -> None:
    """Other numbers stay keys."""
    result = door.form("batch", {"cmd": {"35943": "method.get?name=profile", "0": "no.such", "1": "no.such"}})

    assert ["35943"] == list(result.result["result"])
    assert [NOT_FOUND, NOT_FOUND] == result.result["result_error"]


def test_12_reference_to_a_missing_key_inserts_the_deepest_node(door: Door) -> None:
    """A wrong path is no error: the node where it ends goes in."""
    command = {"u": "user.get?ID=1&select[]=ID", "e": "user.get?ID=$result[u][0][NOPE]&select[]=ID"}

    result = door.call("batch", {"cmd": command}).result

    # The whole record {"ID": "1"} went in, and the method takes an array for a list of ids.
    assert [[{"ID": "1"}], []] == [result["result"]["e"], result["result_error"]]


def test_13_text_after_a_reference_is_lost(door: Door) -> None:
    """``a-$result[x][ID]-b`` loses what follows the reference."""
    commands = {
        "u": "user.get?ID=1&select[]=ID",
        "add": "crm.deal.add?fields[TITLE]=a-$result[u][0][ID]-b",
        "got": "crm.deal.get?id=$result[add]",
    }

    result = door.call("batch", {"cmd": commands}).result

    assert "a-1" == result["result"]["got"]["TITLE"]


def test_14_insufficient_scope_inside_a_batch_has_no_text(door: Door) -> None:
    """The code is the same, the description is empty."""
    door.portal.webhook_scopes = frozenset({"user"})

    inside = door.call("batch", {"cmd": {"a": "crm.deal.list"}}).result["result_error"]["a"]
    alone = door.call("crm.deal.list")

    assert {"error": "insufficient_scope", "error_description": ""} == inside
    assert (401, "The request requires higher privileges than provided by the webhook token") == (
        alone.status,
        alone.json["error_description"],
    )


def test_15_batch_of_60_runs_50(door: Door) -> None:
    """Commands from the 51st on get an error each; the status stays 200."""
    result = door.call("batch", {"cmd": {f"c{n}": "server.time" for n in range(60)}}).result

    assert 50 == len(result["result"])
    assert {f"c{n}" for n in range(50, 60)} == set(result["result_error"])
    assert "ERROR_BATCH_LENGTH_EXCEEDED" == result["result_error"]["c59"]["error"]


def test_16_null_result_inside_a_batch_is_kept(door: Door) -> None:
    """A command whose result is null has null in ``result``."""
    context = Context(door.portal, Caller(), Moment(0.0, door.portal.where))

    result = batch(context, {"cmd": {"a": "x"}}, lambda *_: (Answer(None), {}))

    assert {"a": None} == result["result"]


def test_17_start_beyond_the_end_of_a_classic_list_is_page_1(door: Door) -> None:
    """A naive loop over a classic list never ends."""
    _deals(door, 60)

    answer = door.call("crm.deal.list", {"start": 10000, "select": ["ID"]}).json

    assert ("1", 50, 60, 50) == (
        answer["result"][0]["ID"],
        len(answer["result"]),
        answer["total"],
        answer["next"],
    )


def test_18_start_75_is_the_page_that_starts_at_50(door: Door) -> None:
    """``start`` is rounded down to whole pages."""
    _deals(door, 120)

    answer = door.call("crm.deal.list", {"start": 75, "select": ["ID"]}).json

    assert ("51", 100) == (answer["result"][0]["ID"], answer["next"])


def test_19_without_count_classic_says_zero_and_controllers_nothing(door: Door) -> None:
    """``start=-1``: ``total`` is 0 in classic lists and absent in controllers."""
    _deals(door, 60)

    classic = door.call("crm.deal.list", {"start": -1}).json
    controller = door.call("crm.item.list", {"entityTypeId": 140, "start": -1}).json

    assert (0, False, 50) == (classic["total"], "next" in classic, len(classic["result"]))
    assert (False, False, 50) == (
        "total" in controller,
        "next" in controller,
        len(controller["result"]["items"]),
    )


def test_20_nobody_found_is_an_empty_list_without_total(door: Door) -> None:
    """``user.get`` without a match leaves ``total`` out."""
    answer = door.call("user.get", {"ID": 9999}).json

    assert ([], False) == (answer["result"], "total" in answer)


def test_21_users_hide_dates_leave_out_nulls_and_have_real_booleans(door: Door) -> None:
    """``TIMESTAMP_X`` is ``{}``, null fields are missing, ``ACTIVE`` is a boolean."""
    user = door.call("user.get", {"ID": 113}).result[0]

    assert (True, {}, False) == (user["ACTIVE"], user["TIMESTAMP_X"], "LAST_NAME" in user)
    assert b'"TIMESTAMP_X":{}' in door.call("user.get", {"ID": 113}).body


def test_22_missing_task_is_an_empty_array(door: Door) -> None:
    """``tasks.task.get`` of a task that is not there succeeds with ``[]``."""
    assert [] == door.call("tasks.task.get", {"taskId": 5}).result


def test_23_task_dates_carry_the_users_offset(door: Door) -> None:
    """Dates of tasks are in the calling user's offset, those of the answer in the server's."""
    door.portal.configure(user_offset="+04:00")

    answer = door.call("tasks.task.get", {"taskId": 71003, "select": ["CREATED_DATE"]}).json

    assert "2024-09-03T17:30:39+04:00" == answer["result"]["task"]["createdDate"]
    assert answer["time"]["date_start"].endswith("+03:00")


def test_24_typo_in_a_filter_is_ignored_or_refused(door: Door) -> None:
    """A classic list ignores it and returns everything, ``crm.item.list`` refuses it."""
    _deals(door, 3)

    classic = door.call("crm.deal.list", {"filter": {"TITEL": "x"}}).json
    controller = door.call("crm.item.list", {"entityTypeId": 140, "filter": {"titel": "x"}})

    assert 3 == classic["total"]
    assert (400, "Invalid filter: field 'TITEL' is not allowed in filter") == (
        controller.status,
        controller.json["error_description"],
    )


@pytest.mark.parametrize(
    ("key", "shown"),
    [(">ID", ">_ID"), (">stage", ">STAGE"), ("UF_CRM_7_TYPE_PRODUCT", "UF__CRM_7_TYPE_PRODUCT")],
)
def test_25_prefix_before_an_upper_case_name_is_refused(door: Door, key: str, shown: str) -> None:
    """The name conversion breaks the key, and the error shows the broken one."""
    answer = door.call("crm.item.list", {"entityTypeId": 140, "filter": {key: 1}})

    assert {
        "error": "INVALID_ARG_VALUE",
        "error_description": f"Invalid filter: field '{shown}' is not allowed in filter",
    } == answer.json


def test_26_select_without_id_gives_no_id(door: Door) -> None:
    """A list gives exactly the named fields; if none is known each item is empty."""
    named = door.call("crm.item.list", {"entityTypeId": 140, "select": ["title"]}).result["items"]
    unknown = door.call("crm.item.list", {"entityTypeId": 140, "select": ["nope"]}).result["items"]

    assert ["title"] == list(named[0])
    assert [] == unknown[0]


def test_27_empty_array_in_a_form_vanishes(door: Door) -> None:
    """``fields`` that is empty disappears from a form, and an empty ``fields`` is no error."""
    answer = door.form("crm.deal.add", {"fields": []})

    assert isinstance(answer.result, int)


def test_28_broken_json_counts_as_empty(door: Door) -> None:
    """A body that does not parse gives "missing parameter", not an error about JSON."""
    answer = door.request("POST", f"{door.webhook}crm.item.list", b'{"entityTypeId": 140', [JSON])

    assert (400, "Could not find value for parameter {entityTypeId}") == (
        answer.status,
        answer.json["error_description"],
    )


def test_29_markup_is_escaped_on_the_wire(door: Door) -> None:
    """Quotes, slashes and brackets come as PHP's escapes, other letters as they are."""
    title = "<b>\"Ёж\" & 'co'</b>/"

    body = door.call("crm.item.add", {"entityTypeId": 140, "fields": {"title": title}}).body

    assert (
        '"title":"\\u003Cb\\u003E\\u0022Ёж\\u0022 \\u0026 \\u0027co\\u0027\\u003C\\/b\\u003E\\/"'.encode()
        in body
    )


def test_30_time_starts_on_a_whole_second(door: Door) -> None:
    """``start`` is an integer, so ``duration`` is too long; ``processing`` is 0."""
    door.portal.clock.freeze("2026-08-20T11:52:22.888997+02:00")

    time = door.call("server.time").json["time"]

    assert {
        "start": 1787219542,
        "finish": 1787219542.888997,
        "duration": 1787219542.888997 - 1787219542,
        "processing": 0,
        "date_start": "2026-08-20T12:52:22+03:00",
        "date_finish": "2026-08-20T12:52:22+03:00",
        "operating_reset_at": 1787220142,
        "operating": 0,
    } == time
    assert ["operating_reset_at", "operating"] == list(time)[-2:]


def test_32_positional_methods_count_parameters(door: Door) -> None:
    """Names do not matter, order does; a parameter in front shifts the others."""
    right = door.call("task.elapseditem.getlist", {"whatever": 71003})
    shifted = door.call("task.elapseditem.getlist", {"bx24_request_id": "r1", "TASKID": 71003})

    assert 2 == right.json["total"]
    assert (400, "ERROR_CORE") == (shifted.status, shifted.json["error"])
    assert (
        'Param #0 (taskId) for method ctaskelapseditem::getlist() expected to be of type "integer"'
        in (shifted.json["error_description"])
    )


@pytest.mark.parametrize("method", ["events", "event.bind"])
def test_33_webhooks_may_not_bind_events(door: Door, method: str) -> None:
    """These methods want an application's token."""
    answer = door.call(method)

    assert (403, "WRONG_AUTH_TYPE") == (answer.status, answer.json["error"])


def test_34_webhooks_have_no_options(door: Door) -> None:
    """``app.option.get`` needs an application."""
    answer = door.call("app.option.get")

    assert (403, "ACCESS_DENIED", "Access denied! Application context required") == (
        answer.status,
        answer.json["error"],
        answer.json["error_description"],
    )


def test_35_moved_portal_redirects(door: Door) -> None:
    """The old address answers 302 with the same path on the new host, and a body that is no JSON."""
    door.portal.moved_to = "https://new.example.test"

    answer = door.request("POST", "/rest/profile.json?auth=x", b"a=1", [FORM])

    assert (302, "https://new.example.test/rest/profile.json?auth=x") == (
        answer.status,
        answer.headers["location"],
    )
    assert answer.body.startswith(b"<!DOCTYPE html>")


def test_36_front_end_pages_are_html(door: Door) -> None:
    """Under load some answers are no JSON; the sandbox gives them on demand."""
    door.portal.faults.set([{"method": "profile", "status": 504, "raw": "<html>504</html>"}])

    answer = door.call("profile")

    assert (504, b"<html>504</html>", "text/html") == (
        answer.status,
        answer.body,
        answer.headers["content-type"],
    )


def test_37_unknown_client_is_a_success_that_says_wrong_client(door: Door) -> None:
    """The token server answers a wrong ``client_id`` with status 200 and no description."""
    answer = door.request("GET", "/oauth/token/?grant_type=refresh_token&client_id=x&refresh_token=y")

    assert (200, {"error": "wrong_client"}) == (answer.status, answer.json)


def test_38_token_by_the_portal_names_the_portal(door: Door) -> None:
    """``domain`` is the host that was asked."""
    application = door.portal.application
    query = (
        f"grant_type=refresh_token&client_id={application.client_id}&client_secret={application.client_secret}"
        f"&refresh_token={door.portal.tokens()['refresh']}"
    )

    answer = door.request("GET", f"/oauth/token/?{query}").json

    assert door.portal.host == answer["domain"]
    server = door.portal.answer("GET", f"https://oauth.bitrix.info/oauth/token/?{query}")
    assert "oauth.bitrix.info" == json.loads(server.body)["domain"]


def test_39_lists_of_rest_3_have_no_total(door: Door) -> None:
    """A list of REST 3.0 has neither total nor next, and at most 1000 rows whatever is asked."""
    answer = door.request(
        "POST", "/rest/api/1/code/tasks.task.list", b'{"pagination":{"limit":5000}}', [JSON]
    ).json

    assert ["result", "time"] == list(answer)
    assert ["items"] == list(answer["result"])


def test_40_one_error_replaces_all_results_of_a_batch_of_rest_3(door: Door) -> None:
    """A batch of REST 3.0 is all or nothing."""
    body = b'[{"method":"main.eventlog.list","query":{}},{"method":"tasks.task.get","query":{"id":9}}]'

    answer = door.request("POST", "/rest/api/1/code/batch", body, [JSON])

    assert 400 == answer.status
    assert ["error"] == list(answer.json)


def test_41_phone_without_id_is_one_more(door: Door) -> None:
    """An update of a multi-field without ``ID`` adds a value."""
    phone: list[dict[str, Any]] = [{"VALUE": "1", "VALUE_TYPE": "WORK"}]
    number = door.call("crm.contact.add", {"fields": {"NAME": "A", "PHONE": phone}}).result

    door.call("crm.contact.update", {"ID": number, "fields": {"PHONE": [{"VALUE": "2"}]}})

    contact = door.call("crm.contact.get", {"ID": number}).result
    assert ["1", "2"] == [row["VALUE"] for row in contact["PHONE"]]
    assert {"ID", "VALUE_TYPE", "VALUE", "TYPE_ID"} == set(contact["PHONE"][0])
    assert "EMAIL" not in contact


@pytest.mark.parametrize(("given", "kept"), [(True, "Y"), ("true", "Y"), ("y", "Y"), (1, "N"), ("1", "N")])
def test_42_one_is_no(door: Door, given: Any, kept: str) -> None:
    """``crm.item`` reads 1 as no, and only words and booleans as yes."""
    fields = {"title": "x", "opened": given}

    item = door.call("crm.item.add", {"entityTypeId": 140, "fields": fields}).result["item"]

    assert kept == item["opened"]


def test_43_form_labelled_as_text_is_a_form(door: Door) -> None:
    """BX24.js sends ``text/plain`` with doubled ampersands and the token in the body."""
    token = door.portal.tokens()["access"]
    body = f"auth={token}&&&ID=1&&select[0]=ID".encode()

    answer = door.request("POST", "/rest/user.get.json", body, [("Content-Type", "text/plain;charset=UTF-8")])

    assert [{"ID": "1"}] == answer.result
    assert "*" == answer.headers["access-control-allow-origin"]


def test_form_bodies_reach_methods_as_text(door: Door) -> None:
    """Everything in a form is text, and methods accept it."""
    body = b"entityTypeId=140&filter[%3Eid]=3200&start=-1&select[]=id"

    answer = door.request("POST", f"{door.webhook}crm.item.list", body, [FORM])

    assert [{"id": 3201}, {"id": 3202}] == answer.result["items"]


def test_a_batch_inside_a_batch_is_known_by_its_small_letters_only(door: Door) -> None:
    """``batch`` is not allowed as a command; ``BATCH`` is the method that its small letters name."""
    commands = {"small": "batch?cmd[x]=server.time", "capital": "BATCH?cmd[x]=nope&cmd[y]=methods"}

    result = door.call("batch", {"cmd": commands}).result

    assert "ERROR_BATCH_METHOD_NOT_ALLOWED" == result["result_error"]["small"]["error"]
    assert ["y"] == list(result["result"]["capital"]["result"])
    assert "ERROR_METHOD_NOT_FOUND" == result["result"]["capital"]["result_error"]["x"]["error"]
