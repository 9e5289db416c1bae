"""REST 2 lists that page in their own way: which call asks for which page."""

from __future__ import annotations

from typing import Any

import pytest

from b24bridge.errors import ConfigError, DataError
from b24bridge.wire.call import Api, Call
from b24bridge.wire.ownpaging import own_id_key, own_strategy
from b24bridge.wire.paging import Page


def asked(method: str, params: Any, *pages: list[dict[str, Any]]) -> list[Any]:
    """Return the parameters that ask for the first page and those that follow these ones."""
    strategy = own_strategy(Call(method))
    assert strategy is not None
    call: Call[Any] | None = strategy.first(Call(method, params))
    found = [call.params]
    for rows in pages:
        assert call is not None
        call = strategy.following(call, Page(rows))
        found.append(None if call is None else call.params)
    return found


ROWS = [{"id": number} for number in range(50, 0, -1)]


def test_limit_and_offset_go_on_until_nothing_comes() -> None:
    """A short page is not the end: rows that the user may not see are left out of it."""
    found = asked("sign.b2e.mysafe.tail", {}, ROWS, ROWS[:3], [])

    assert [
        {"limit": 50, "offset": 0},
        {"limit": 50, "offset": 50},
        {"limit": 50, "offset": 100},
        None,
    ] == found


def test_the_callers_limit_is_the_size_of_a_page() -> None:
    """Up to what the method gives: it cuts more without a word, and rows would be passed over."""
    found = asked("humanresources.hcmlink.employee.list", {"company": 7, "limit": 500, "offset": 20}, ROWS)
    cut = asked("im.search.chat.list", {"FIND": "отдел", "limit": "90"}, ROWS)

    assert {"company": 7, "limit": 500, "offset": 520} == found[1]
    assert {"FIND": "отдел", "limit": 50, "OFFSET": 50} == cut[1]


def test_limit_and_offset_lie_inside_the_parameters_of_sites() -> None:
    """Beside the caller's own filter and order."""
    given = {"scope": "knowledge", "params": {"filter": {"ACTIVE": "Y"}, "order": {"ID": "DESC"}}}

    found = asked("landing.site.getList", given, ROWS)

    inside = {"filter": {"ACTIVE": "Y"}, "order": {"ID": "DESC"}, "limit": 50, "offset": 50}
    assert {"scope": "knowledge", "params": inside} == found[1]


def test_pages_are_numbered_from_one_and_end_with_a_short_one() -> None:
    """50 rows a page, as documented."""
    assert [{"page": 1}, {"page": 2}, None] == asked("biconnector.source.list", {}, ROWS, ROWS[:9])


def test_messages_go_back_from_the_smallest_id() -> None:
    """Whatever order a page has, and more rows than asked for when there are unread ones."""
    found = asked("im.dialog.messages.get", {"DIALOG_ID": "chat1"}, [{"id": 8}, {"id": 5}, {"id": 9}], [])

    assert {"DIALOG_ID": "chat1", "LIMIT": 50, "LAST_ID": 5} == found[1]
    assert found[2] is None


def test_a_list_that_goes_back_does_not_begin_with_the_first_id() -> None:
    """It would be read the other way and end at once."""
    with pytest.raises(ConfigError, match="FIRST_ID"):
        asked("log.blogcomment.user.get", {"first_id": 3})


def test_what_cannot_be_paged_is_refused() -> None:
    """Positional parameters, a limit that is no number, a row without id."""
    for method, params in (("sign.b2e.mysafe.tail", [1]), ("sign.b2e.mysafe.tail", {"limit": "x"})):
        with pytest.raises(DataError):
            asked(method, params)
    with pytest.raises(DataError):
        asked("im.notify.history.search", {}, [{"text": "без номера"}])


def test_other_lists_have_no_way_of_their_own() -> None:
    """Nor has a method of REST 3.0 with such a name; reading events confirms them, so it is no list."""
    assert own_strategy(Call("crm.deal.list")) is None
    assert own_strategy(Call("im.v2.Event.get")) is None
    assert own_strategy(Call("im.recent.list", api=Api.V3)) is None
    assert ("ID", "id", None) == (
        own_id_key(Call("landing.repo.getList")),
        own_id_key(Call("imbot.v2.Bot.list")),
        own_id_key(Call("crm.deal.list")),
    )
