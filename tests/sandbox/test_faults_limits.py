"""Limits that are switched while a portal runs, and delays by method."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner
from doors import Door
from hypothesis import given
from hypothesis import strategies as st

from b24bridge.cli.sandbox import command
from b24bridge.sandbox import Portal
from b24bridge.sandbox.limits import Latency, OperatingTime, RateLimit

NOW = "2026-02-03T04:05:06+00:00"


def _admin(door: Door, name: str, given: Any) -> Any:
    answer = door.request("POST", f"/_sandbox/api/{name}", json.dumps(given).encode())
    assert 200 == answer.status, answer.body
    return answer.json


def test_overload_blocks_every_call_until_it_ends(door: Door) -> None:
    """The manual block of a portal: 401 ``OVERLOAD_LIMIT``."""
    _admin(door, "limits", {"overloaded": True})
    blocked = door.call("profile")
    _admin(door, "limits", {"overloaded": False})

    assert (401, "OVERLOAD_LIMIT") == (blocked.status, blocked.json["error"])
    assert 200 == door.call("profile").status


def test_limits_and_delays_are_replaced_apart(door: Door) -> None:
    """Setting the one leaves the other."""
    _admin(door, "limits", {"tariff": "enterprise", "operating_s": 480})
    state = _admin(door, "limits", {"latency": {"methods": {"crm.deal.list": 0.001}}})

    assert {"threshold": 250.0, "drain_per_s": 5.0} == state["limits"]
    assert (480, {"crm.deal.list": 0.001}) == (state["operating_s"], state["latency"]["methods"])
    assert _admin(door, "limits", {})["limits"] is None


@pytest.mark.parametrize("given", [{"threshold": 0}, {"threshold": 5, "drain_per_s": 0}])
def test_a_bucket_that_refuses_for_ever_is_refused(given: dict[str, float]) -> None:
    """Figures that no portal has are an error, not a portal that never answers."""
    with pytest.raises(ValueError, match="threshold of a limit is 1 or more"):
        Portal(limits=given)


def test_operating_time_is_told_with_its_reset() -> None:
    """``time`` says how much is used up and when the oldest minute is forgotten."""
    with Portal(limits={"operating_s": 480}, latency=Latency(methods={"profile": 3.5})) as portal:
        portal.clock.freeze(NOW)
        portal.answer("GET", f"{portal.webhook_url}profile")
        portal.clock.advance(30)

        time = json.loads(portal.answer("GET", f"{portal.webhook_url}profile").body)["time"]

        assert (7.0, 1770091506 + 600) == (time["operating"], time["operating_reset_at"])


def test_operating_time_of_a_command_counts_for_its_own_method() -> None:
    """A batch is no way around it: the command fails, the request does not."""
    latency = Latency(methods={"profile": 400.0})
    with Portal(limits={"operating_s": 480}, latency=latency) as portal:
        portal.clock.freeze(NOW)
        body = b"cmd[a]=profile&cmd[b]=profile&cmd[c]=profile&cmd[d]=server.time"

        result = json.loads(portal.answer("POST", f"{portal.webhook_url}batch", body=body).body)["result"]

        assert ["a", "b", "d"] == list(result["result"])
        assert {"c": "OPERATION_TIME_LIMIT"} == {
            name: error["error"] for name, error in result["result_error"].items()
        }


@given(st.lists(st.tuples(st.floats(0, 90), st.floats(0, 20)), max_size=60))
def test_operating_time_is_what_the_last_ten_minutes_hold(calls: list[tuple[float, float]]) -> None:
    """Never more than all charged seconds, never less than those of the last nine minutes."""
    operating, now, charged = OperatingTime(None), 0.0, []
    for pause, seconds in calls:
        now += pause
        operating.charge("k", "m", now, seconds)
        charged.append((now, seconds if seconds > 0.1 else 0.0))
        used = operating.used("k", "m", now)

        assert used <= sum(each for _, each in charged) + 1e-9
        assert used >= sum(each for at, each in charged if at > now - 540) - 1e-9
        assert used <= sum(each for at, each in charged if at > now - 660) + 1e-9


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 3)), max_size=120))
def test_addresses_do_not_touch_each_others_buckets(requests: list[tuple[str, float]]) -> None:
    """Each address is admitted as if it were alone."""
    together = RateLimit(5, 1)
    alone = {name: RateLimit(5, 1) for name in "abc"}
    now = 0.0
    for name, pause in requests:
        now += pause

        assert alone[name].admit(name, now) == together.admit(name, now)


@given(sigma=st.floats(0.01, 1), seed=st.integers(0, 2**32))
def test_a_lognormal_delay_is_positive_and_repeatable(sigma: float, seed: int) -> None:
    """The same seed draws the same delays."""
    first, second = Latency(request_s=0.1, sigma=sigma, seed=seed), Latency(0.1, sigma=sigma, seed=seed)

    drawn = [first.spread(0.1) for _ in range(20)]

    assert all(seconds > 0 for seconds in drawn)
    assert drawn == [second.spread(0.1) for _ in range(20)]


@pytest.mark.parametrize(
    ("text", "words"),
    [("request_s", "is not NAME=NUMBER"), ("speed=1", "speed"), ("crm.deal.list=x", "is not NAME=NUMBER")],
)
def test_wrong_delays_are_explained_by_the_command(text: str, words: str) -> None:
    """Exit code 2, and what was wrong."""
    done = CliRunner().invoke(command, ["serve", "--latency", text])

    assert 2 == done.exit_code
    assert words in done.output
