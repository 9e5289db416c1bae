"""Both clients over a scripted portal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from b24bridge import AsyncClient, Client, calls
from b24bridge.engine.policy import Policy
from b24bridge.errors import ApiError, ConfigError, DataError, IncompleteList, NotFoundError
from b24bridge.modern import ref
from b24bridge.modern.making import policy_of
from b24bridge.wire.limits import Tariff

DEAL = {"ID": "7", "TITLE": "Заявка №7", "OPPORTUNITY": "19999.99", "CURRENCY_ID": "RUB"}


def pages_of(count: int) -> Any:
    """Return a script for a list of that many items in pages of 50."""

    def answer(params: Any) -> Any:
        start = params.get("start", 0)
        rows = [{"id": id, "title": f"t{id}"} for id in range(start + 1, min(start + 50, count) + 1)]
        following = {"next": start + 50} if start + 50 < count else {}
        return {"result": {"items": rows}, "total": count, **following}

    return answer


def test_call_returns_result_next_total_and_time(scripted: Any, webhook: str) -> None:
    """Every method can be called by name; the answer keeps what stands beside the result."""
    portal = scripted(
        {"any.method": lambda _: {"result": [1], "next": 50, "total": 120, "time": {"start": 5}}}
    )

    with Client.from_webhook(webhook, transport=portal) as b24:
        answer = b24.call("any.method", {"x": 1})

    assert ([1], 50, 120, {"start": 5}) == (answer.result, answer.next, answer.total, answer.time)
    assert [("any.method", {"x": 1})] == portal.asked


def test_generation_may_be_a_number(scripted: Any, webhook: str) -> None:
    """``api=3`` goes to REST 3.0."""
    portal = scripted({"main.eventlog.list": lambda _: {"result": {"items": []}}})

    answer = Client.from_webhook(webhook, transport=portal).call("main.eventlog.list", api=3)

    assert {"items": []} == answer.result


def test_parameters_may_stand_in_order(scripted: Any, webhook: str) -> None:
    """The positional task methods take a list."""
    portal = scripted({"task.elapseditem.getlist": lambda _: {"result": []}})

    Client.from_webhook(webhook, transport=portal).call("task.elapseditem.getlist", [5, {"ID": "ASC"}])

    assert [("task.elapseditem.getlist", [5, {"ID": "ASC"}])] == portal.asked


@pytest.mark.parametrize(
    ("limits", "tariff"),
    [("standard", Tariff(50, 2.0)), ("enterprise", Tariff(250, 5.0)), ("none", None)],
)
def test_limits_of_the_plan_are_chosen_by_name(limits: Any, tariff: Tariff | None) -> None:
    """Figures of the vendor page "REST API Limits"."""
    assert tariff == policy_of({"limits": limits}).tariff


def test_single_options_lie_over_the_policy() -> None:
    """What is given by name goes before what the policy says."""
    policy = policy_of({"policy": Policy(timeout_s=5.0), "verify_tls": False, "timeout_s": 9.0})

    assert (9.0, False) == (policy.timeout_s, policy.verify_tls)


def test_typed_method_reads_a_model(scripted: Any, webhook: str) -> None:
    """A service method returns a model with Python's types."""
    portal = scripted({"crm.deal.get": lambda _: {"result": DEAL}})

    deal = Client.from_webhook(webhook, transport=portal).crm.deals.get(7)

    assert (7, "Заявка №7", "19999.99 RUB") == (deal.id, deal.title, str(deal.money))


def test_list_reads_all_pages_lazily(scripted: Any, webhook: str) -> None:
    """Pages are asked for while rows are taken, and all of them come."""
    portal = scripted({"crm.item.list": pages_of(120)})
    rows = (
        Client.from_webhook(webhook, transport=portal)
        .crm.items(140)
        .list(select=["id", "title"])
        .read(strategy="next")
    )

    asked_before = len(portal.asked)
    ids = [item.id for item in rows]

    assert 0 == asked_before
    assert list(range(1, 121)) == ids
    assert 3 == len(portal.asked)
    assert rows.report is not None
    assert (120, True) == (rows.report.rows, rows.report.is_complete)


def test_list_stopped_early_asks_for_no_more(scripted: Any, webhook: str) -> None:
    """Taking the first row costs one page."""
    portal = scripted({"crm.item.list": pages_of(120)})
    rows = Client.from_webhook(webhook, transport=portal).crm.items(140).list().read(strategy="next")

    first = rows.first()
    taken = next(iter(rows))

    assert first is not None
    assert (1, 1, 2) == (first.id, taken.id, len(portal.asked))


def test_count_takes_the_portals_word(scripted: Any, webhook: str) -> None:
    """The total of the first page is the count."""
    portal = scripted({"crm.item.list": pages_of(120)})

    count = Client.from_webhook(webhook, transport=portal).crm.items(140).list().read(strategy="next").count()

    assert (120, 1) == (count, len(portal.asked))


def test_lists_by_limit_are_typed_lists_whose_first_page_is_no_count(scripted: Any, webhook: str) -> None:
    """Ten rows of a list whose pages have ten may be ten of many."""

    def chats(params: Any) -> Any:
        limit, offset = params.get("LIMIT", 10), params.get("OFFSET", 0)
        return {"result": [{"id": number} for number in range(1, 74)[offset : offset + limit]]}

    b24 = Client.from_webhook(webhook, transport=scripted({"im.search.chat.list": chats}))
    rows = b24.im.search.chat.list(FIND="отдел")

    assert list(range(1, 74)) == [row["id"] for row in rows]
    assert rows.report is not None
    assert ("limit", 73, True) == (rows.report.strategy, rows.report.rows, rows.report.is_complete)
    with pytest.raises(DataError, match="does not say how many"):
        rows.count()


@pytest.mark.parametrize(
    "spell",
    [
        lambda b24: b24.crm.items(140).list(raw=True).read(strategy="next"),
        lambda b24: b24.crm.items(140).list().read(strategy="next").raw(),
    ],
)
def test_raw_rows_are_dictionaries(scripted: Any, webhook: str, spell: Any) -> None:
    """Without models rows stay as the portal sent them."""
    portal = scripted({"crm.item.list": pages_of(2)})

    rows = spell(Client.from_webhook(webhook, transport=portal)).all()

    assert [{"id": 1, "title": "t1"}, {"id": 2, "title": "t2"}] == rows


def test_list_that_must_be_complete_says_when_it_is_not(scripted: Any, webhook: str) -> None:
    """A portal that claims more rows than it gives ends a list that must be complete in an error."""
    portal = scripted({"user.get": lambda _: {"result": [{"ID": "1"}], "total": 3}})
    rows = Client.from_webhook(webhook, transport=portal).users.list().read(strategy="next", complete=True)

    with pytest.raises(IncompleteList, match="1 rows of 3"):
        rows.all()


def test_any_list_can_be_read_by_name(scripted: Any, webhook: str) -> None:
    """The catalogue knows in which key the rows of a method are."""
    portal = scripted({"crm.item.list": pages_of(60)})

    rows = (
        Client.from_webhook(webhook, transport=portal)
        .iter("crm.item.list", {"entityTypeId": 140}, strategy="next")
        .all()
    )

    assert 60 == len(rows)


def batch_script(answers: dict[str, Any], errors: dict[str, Any]) -> Any:
    """Return a script for ``batch`` with fixed maps."""
    return lambda _: {
        "result": {
            "result": answers,
            "result_error": errors,
            "result_total": [],
            "result_next": [],
            "result_time": [],
        }
    }


def test_batch_gives_an_outcome_for_each_command(scripted: Any, webhook: str) -> None:
    """One failed command does not hide the others."""
    refused = {"error": "", "error_description": "Not found"}
    portal = scripted({"batch": batch_script({"c1": {"ID": "1", "NAME": "Анна"}}, {"c0": refused})})

    deal, me = Client.from_webhook(webhook, transport=portal).batch(
        calls.crm.deals.get(7), calls.users.current()
    )

    assert ("failed", "ok", "Анна") == (deal.state, me.state, me.value.name)
    with pytest.raises(ApiError, match="Not found"):
        _ = deal.value
    assert {"halt": 0, "cmd": {"c0": "crm.deal.get?id=7", "c1": "user.current"}} == portal.asked[0][1]


def test_batch_by_name_keeps_names_and_references(scripted: Any, webhook: str) -> None:
    """A mapping names its commands, and a parameter may refer to one of them."""
    portal = scripted({"batch": batch_script({"me": {"ID": "1"}, "dep": [{"ID": "5", "NAME": "IT"}]}, {})})
    commands = {
        "me": calls.call("user.current"),
        "dep": calls.call("department.get", {"ID": ref("me", "UF_DEPARTMENT", 0)}),
    }

    outcomes = Client.from_webhook(webhook, transport=portal).batch(commands)

    assert [{"ID": "5", "NAME": "IT"}] == outcomes["dep"].value
    assert "department.get?ID=%24result%5Bme%5D%5BUF_DEPARTMENT%5D%5B0%5D" == portal.asked[0][1]["cmd"]["dep"]


@pytest.mark.parametrize(
    "command",
    [("user.current",), ("user.current", {}), ["user.current", {}], {"method": "user.current", "params": {}}],
    ids=repr,
)
def test_batch_takes_the_commands_of_the_old_systems(scripted: Any, webhook: str, command: Any) -> None:
    """What CRest's callBatch and BX24.callBatch take works by name."""
    portal = scripted({"batch": batch_script({"me": {"ID": "1"}}, {})})

    outcomes = Client.from_webhook(webhook, transport=portal).batch({"me": command})

    assert {"ID": "1"} == outcomes["me"].value
    assert {"me": "user.current"} == portal.asked[0][1]["cmd"]


def test_stream_of_calls_goes_fifty_at_a_time(scripted: Any, webhook: str) -> None:
    """Outcomes come in order, and the stream is read no further than needed."""
    portal = scripted({"batch": lambda asked: batch_script(dict.fromkeys(asked["cmd"], True), {})(asked)})
    read: list[int] = []

    def stream() -> Any:
        for id in range(120):
            read.append(id)
            yield calls.crm.deals.update(id, {"TITLE": "x"})

    outcomes = Client.from_webhook(webhook, transport=portal).each(stream())
    first = next(outcomes)
    seen = len(read)
    states = [first.state, *(outcome.state for outcome in outcomes)]

    assert 50 == seen
    assert ["ok"] * 120 == states
    assert [50, 50, 20] == [len(params["cmd"]) for _, params in portal.asked]


def test_list_call_in_a_batch_gives_its_first_page(scripted: Any, webhook: str) -> None:
    """The time logged on a task travels as a command and comes as models."""
    logged = [{"ID": "1", "TASK_ID": "5", "SECONDS": "3600"}]
    portal = scripted({"batch": batch_script({"c0": logged}, {})})

    (outcome,) = Client.from_webhook(webhook, transport=portal).batch(calls.tasks.elapsed.list(5))

    assert [3600] == [item.seconds for item in outcome.value]


def test_batch_of_something_else_is_refused(scripted: Any, webhook: str) -> None:
    """The error says how a call is written."""
    client = Client.from_webhook(webhook, transport=scripted({}))

    with pytest.raises(ConfigError, match=r"calls\.users\.get"):
        client.batch("user.get")  # type: ignore[call-overload]  # what a newcomer tries


@pytest.mark.parametrize(
    ("ask", "method", "empty"),
    [
        (lambda b24: b24.tasks.get(99), "tasks.task.get", []),
        (lambda b24: b24.users.get(99), "user.get", []),
        (lambda b24: b24.departments.get(99), "department.get", []),
    ],
)
def test_empty_answer_to_a_single_record_is_not_found(
    scripted: Any, webhook: str, ask: Any, method: str, empty: Any
) -> None:
    """Some methods answer a missing record with status 200 and an empty list (portal facts 5.4)."""
    client = Client.from_webhook(webhook, transport=scripted({method: lambda _: {"result": empty}}))

    with pytest.raises(NotFoundError, match="99"):
        ask(client)


def test_stats_count_requests(scripted: Any, webhook: str) -> None:
    """A client says what it has sent."""
    portal = scripted({"crm.item.list": pages_of(120), "server.time": lambda _: {"result": "x"}})
    client = Client.from_webhook(webhook, transport=portal)
    client.call("server.time")
    client.crm.items(140).list().read(strategy="next").all()

    stats = client.stats()

    assert (4, 0, {"server.time": 1, "crm.item.list": 3}) == (stats.requests, stats.retries, stats.by_method)


def test_hooks_hear_of_every_request(scripted: Any, webhook: str) -> None:
    """A listener gets an event for what is sent and what comes."""
    heard: list[str] = []
    portal = scripted({"server.time": lambda _: {"result": "x"}})

    Client.from_webhook(
        webhook, transport=portal, hooks=[lambda event: heard.append(type(event).__name__)]
    ).call("server.time")

    assert ["RequestSent", "AnswerReceived"] == heard


def test_environment_names_the_portal(scripted: Any, webhook: str) -> None:
    """CRest's own variable is understood."""
    portal = scripted({"server.time": lambda _: {"result": "x"}})

    client = Client.from_env({"C_REST_WEB_HOOK_URL": webhook}, transport=portal)

    assert "x" == client.call("server.time").result


def test_settings_php_of_crest_names_the_portal(scripted: Any, webhook: str, tmp_path: Path) -> None:
    """The existing file is read, never run; a webhook in it is used."""
    file = tmp_path / "settings.php"
    file.write_text(f"<?php\ndefine('C_REST_WEB_HOOK_URL', '{webhook}');\n", encoding="utf-8")
    portal = scripted({"server.time": lambda _: {"result": "x"}})

    client = Client.from_settings_php(file, transport=portal)

    assert "x" == client.call("server.time").result


def test_settings_php_without_portal_is_refused(tmp_path: Path) -> None:
    """The error names the constants."""
    file = tmp_path / "settings.php"
    file.write_text("<?php\ndefine('C_REST_CLIENT_ID', 'x');\n", encoding="utf-8")

    with pytest.raises(ConfigError, match="C_REST_CLIENT_SECRET"):
        Client.from_settings_php(file)


def test_application_tokens_are_sent(scripted: Any) -> None:
    """Tokens at hand make a client; the token travels in the body."""
    tokens = {
        "access_token": "t0k3n",
        "refresh_token": "r",
        "client_endpoint": "https://portal.example/rest/",
    }
    portal = scripted({"server.time": lambda _: {"result": "x"}})

    client = Client.from_oauth(tokens, "app.id", "s3cret", transport=portal)

    assert "x" == client.call("server.time").result
    assert [("server.time", {"auth": "t0k3n"})] == portal.asked
    assert "t0k3n" not in repr(client)


def test_empty_environment_says_what_to_set() -> None:
    """The error names the variables."""
    with pytest.raises(ConfigError, match="B24BRIDGE_WEBHOOK_URL"):
        Client.from_env({})


def test_no_secret_in_a_representation(scripted: Any, webhook: str) -> None:
    """The webhook code is in no repr."""
    client = Client.from_webhook(webhook, transport=scripted({}))

    shown = repr(client) + repr(client.crm) + repr(client.users.list())

    assert "secretcode" not in shown


@pytest.mark.anyio
async def test_async_client_has_the_same_names(scripted: Any, webhook: str) -> None:
    """Calls, lists and batches are the same, awaited."""
    portal = scripted(
        {
            "crm.deal.get": lambda _: {"result": DEAL},
            "crm.item.list": pages_of(120),
            "batch": batch_script({"c0": DEAL}, {}),
            "server.time": lambda _: {"result": "x"},
        }
    )

    async with AsyncClient.from_webhook(webhook, transport=portal) as b24:
        answer = await b24.call("server.time")
        deal = await b24.crm.deals.get(7)
        ids = [item.id async for item in b24.crm.items(140).list().read(strategy="next")]
        first = await b24.crm.items(140).list().read(strategy="next").first()
        count = await b24.crm.items(140).list().read(strategy="next").count()
        pages = [len(page) async for page in b24.crm.items(140).list().read(strategy="next").pages()]
        raw = await b24.crm.items(140).list().read(strategy="next").raw().all()
        (outcome,) = await b24.batch(calls.crm.deals.get(7))
        rows = await b24.iter("crm.item.list", strategy="next").all()

    assert "x" == answer.result
    assert 7 == deal.id
    assert list(range(1, 121)) == ids
    assert first is not None
    assert (1, 120, [50, 50, 20], 120, 120) == (first.id, count, pages, len(raw), len(rows))
    assert 7 == outcome.value.id


def test_importing_the_package_loads_neither_httpx_nor_pydantic(run_python: Any) -> None:
    """The first line of a program stays light; pydantic comes with the first typed service."""
    loaded = run_python(
        "import sys, b24bridge; b24bridge.Client; print(*sorted({'httpx', 'pydantic', 'anyio'} & set(sys.modules)))"
    )

    assert "" == loaded


def test_without_pydantic_calls_by_name_work_and_models_say_what_to_install(run_python: Any) -> None:
    """pydantic is an extra: only what needs it asks for it."""
    said = run_python(
        "import importlib.util as u; found = u.find_spec; "
        "u.find_spec = lambda name, *rest: None if name == 'pydantic' else found(name, *rest)\n"
        "from b24bridge import Client, calls; calls.call('server.time')\n"
        "try: calls.crm.deals\n"
        "except Exception as error: print(type(error).__name__, error)"
    )

    assert said.startswith("ConfigError Typed records need pydantic")
    assert "b24bridge[modern]" in said


@pytest.fixture
def run_python() -> Any:
    """Return a function that runs code in a fresh interpreter and returns what it prints."""
    import subprocess
    import sys

    source = Path(__file__).parents[3] / "src"

    def run(code: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(source)!r})\n{code}"],
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    return run
