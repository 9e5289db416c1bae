"""Operating time is counted for each webhook or application, as the portal counts it."""

from __future__ import annotations

from b24bridge.auth.credentials import OAuth, Webhook
from b24bridge.auth.stores import MemoryStore
from b24bridge.engine.executor import Executor
from b24bridge.engine.policy import Policy
from b24bridge.wire.call import Call
from tests.unit.engine.scripted import HOOK, ScriptedPort, ok, step

OTHER = HOOK.replace("secretcode", "othercode")


def test_method_of_one_webhook_does_not_rest_for_another() -> None:
    """Both fill one bucket, but the portal refuses only the one that used up its time."""
    time = {"operating": 481.0, "operating_reset_at": 1_700_000_100}
    port = ScriptedPort(ok(1, time=time), ok(1))
    call = Call("crm.deal.get", {"id": 1})
    first, second, again = (Executor(port, Webhook(url), policy=Policy()) for url in (HOOK, OTHER, HOOK))

    step(first.execute(call))
    step(second.execute(call))
    before = list(port.slept)
    step(again.execute(call))

    assert [] == before
    assert [100.0] == port.slept


def test_account_tells_no_secret() -> None:
    """A webhook's code is in it only as a digest; an application is named by its id."""
    tokens = {"access_token": "t0ken", "client_endpoint": "https://portal.example/rest/"}

    webhook = Webhook(HOOK).account
    application = OAuth(MemoryStore(tokens), "local.app", "s3cret").account

    assert "secretcode" not in webhook
    assert webhook != Webhook(OTHER).account
    assert "application local.app" == application
