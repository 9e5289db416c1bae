"""Requests of long lists and batches that wait for a free place."""

from __future__ import annotations

from b24bridge.auth.credentials import Webhook
from b24bridge.engine.executor import Executor
from b24bridge.engine.policy import Policy
from b24bridge.wire.call import Call
from b24bridge.wire.limits import Tariff
from tests.unit.engine.scripted import HOOK, ScriptedPort, ok, step


def test_wait_below_the_clocks_resolution_ends() -> None:
    """After 68 years of uptime a float of seconds moves by 0.5 µs at least; a shorter wait would not count."""
    port = ScriptedPort(ok(1))
    port.clock = 2.0**31
    executor = Executor(port, Webhook(HOOK), policy=Policy(tariff=Tariff(3, 2.0**23)))

    for _ in range(3):
        step(executor.execute(Call("user.get"), bulk=True))

    assert 3 == len(port.requests)
    assert [0.001, 0.001] == port.slept
