"""Laws of the wire: limits, splits, masking."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st

from b24bridge.auth.credentials import Webhook
from b24bridge.wire.batch import Command, plan
from b24bridge.wire.call import Call
from b24bridge.wire.limits import LeakyBucket, Tariff
from b24bridge.wire.request import render
from b24bridge.wire.secrets import mask


@given(
    gaps=st.lists(st.floats(0, 30, allow_nan=False), max_size=90),
    tariff=st.sampled_from([Tariff(50, 2.0), Tariff(250, 5.0), Tariff(5, 0.5), Tariff(1, 1.0)]),
)
def test_never_more_than_the_limit_in_any_window(gaps: list[float], tariff: Tariff) -> None:
    """In every window the requests sent are at most the bucket's places and what drains meanwhile."""
    bucket = LeakyBucket(tariff)
    now = 0.0
    sent: list[float] = []
    for gap in gaps:
        now += gap
        sent.append(now + bucket.reserve(now))

    room = max(1, tariff.capacity - 2)
    for first, start in enumerate(sent):
        for last in range(first, len(sent)):
            allowed = room + (sent[last] - start) * tariff.drain_per_s
            assert last - first + 1 <= allowed + 1e-6


@given(gaps=st.lists(st.floats(0, 5, allow_nan=False), max_size=100))
def test_nobody_overtakes(gaps: list[float]) -> None:
    """Places are given in the order of asking."""
    bucket = LeakyBucket()
    now = 0.0
    sent: list[float] = []
    for gap in gaps:
        now += gap
        sent.append(now + bucket.reserve(now))

    assert sorted(sent) == sent


@st.composite
def commands(draw: st.DrawFn) -> list[Command]:
    """Draw up to 130 commands, some referring to earlier ones."""
    count = draw(st.integers(0, 130))
    targets = draw(st.lists(st.integers(-1, 129), min_size=count, max_size=count))
    made: list[Command] = []
    for at, target in enumerate(targets):
        params: dict[str, Any] = {"x": f"$result[c{target}][ID]"} if 0 <= target < at else {}
        made.append(Command(f"c{at}", "m.get", params))
    return made


@given(commands=commands(), in_order=st.booleans(), size=st.integers(1, 50))
def test_a_split_keeps_every_command_once_and_every_reference_behind_its_target(
    commands: list[Command], in_order: bool, size: int
) -> None:
    """Parts are small enough, complete, and wait for whatever they refer to."""
    parts = plan(commands, in_order=in_order, size=size)

    sent = [command.id for part in parts for command in part.commands]
    home = {command.id: at for at, part in enumerate(parts) for command in part.commands}
    assert sorted(sent) == sorted(command.id for command in commands)
    assert all(1 <= len(part.commands) <= size for part in parts)
    before: list[set[int]] = []
    for at, part in enumerate(parts):
        assert all(need < at for need in part.needs)
        before.append(set(part.needs).union(*(before[need] for need in part.needs)))
        names = [command.id for command in part.commands]
        for command in part.commands:
            for value in command.params.values():
                target = value.partition("[")[2].partition("]")[0]
                same = home[target] == at
                assert names.index(target) < names.index(command.id) if same else home[target] in before[at]


CODE = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=8, max_size=32).map(lambda text: "k7q" + text)


@given(code=CODE, before=st.text(max_size=20), user=st.integers(1, 999))
def test_no_webhook_code_survives_masking(code: str, before: str, user: int) -> None:
    """Whatever stands before an address, its code is masked, quoted or not."""
    url = f"https://p.example/rest/{user}/{code}/crm.deal.list?start=50"

    assert code not in mask(f"{before} {url} failed")
    assert code not in mask(quote(url, safe=""))
    assert code not in repr(Webhook(f"https://p.example/rest/{user}/{code}/"))
    assert code not in repr(
        render(Call("user.get"), Webhook(f"https://p.example/rest/{user}/{code}/").access())
    )


@given(
    token=CODE, name=st.sampled_from(["auth", "access_token", "refresh_token", "client_secret", "AUTH_ID"])
)
def test_no_token_survives_masking(token: str, name: str) -> None:
    """Forms, JSON and dumps lose the values of secret parameters."""
    for text in (
        f"a=1&{name}={token}&b=2",
        f'{{"{name}": "{token}"}}',
        f"{{'{name}': '{token}'}}",
        f"?{name}={token}",
    ):
        assert token not in mask(text)
