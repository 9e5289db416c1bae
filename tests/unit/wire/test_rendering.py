"""How a call becomes a request."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from b24bridge.errors import DataError
from b24bridge.wire.call import Api, Call
from b24bridge.wire.request import Access, render, render_refresh

HOOK = Access("https://p.example/rest/1/c/", "https://p.example/rest/api/1/c/")
APP = Access("https://p.example/rest/", "https://p.example/rest/api/", "tok")


def test_json_request_keeps_types() -> None:
    """A JSON body carries numbers, booleans, null and Cyrillic as they are."""
    request = render(Call("user.get", {"ID": 1, "ACTIVE": True, "X": None, "NAME": "Ж"}), HOOK)

    assert "POST" == request.verb
    assert "https://p.example/rest/1/c/user.get" == request.url
    assert '{"ID":1,"ACTIVE":true,"X":null,"NAME":"Ж"}'.encode() == request.body
    assert ("Content-Type", "application/json; charset=utf-8") in request.headers


def test_form_request_is_php_encoded() -> None:
    """A form body has PHP's brackets and escapes."""
    request = render(Call("crm.deal.list", {"filter": {">=ID": 5}}), HOOK, encoding="form")

    assert b"filter%5B%3E%3DID%5D=5" == request.body
    assert ("Content-Type", "application/x-www-form-urlencoded") in request.headers


def test_get_request_has_its_parameters_in_the_address() -> None:
    """GET puts the parameters behind a question mark and has no body."""
    request = render(Call("user.get", {"ID": 1}), HOOK, encoding="get")

    assert ("GET", "https://p.example/rest/1/c/user.get?ID=1", b"") == (
        request.verb,
        request.url,
        request.body,
    )


def test_token_of_rest_2_is_parameter_auth() -> None:
    """The token goes into the body, after the caller's parameters."""
    assert b'{"ID":1,"auth":"tok"}' == render(Call("user.get", {"ID": 1}), APP).body
    assert b"ID=1&auth=tok" == render(Call("user.get", {"ID": 1}), APP, encoding="form").body


def test_positional_parameters_get_numeric_names_beside_a_token() -> None:
    """A list becomes the map that PHP reads as the same array."""
    call = Call("task.elapseditem.getlist", [12, {"ID": "ASC"}])

    assert b'[12,{"ID":"ASC"}]' == render(call, HOOK).body
    assert b'{"0":12,"1":{"ID":"ASC"},"auth":"tok"}' == render(call, APP).body


def test_rest_3_is_json_with_a_bearer_header() -> None:
    """REST 3.0 has its own address and takes the token as header, so that a batch body can be a list."""
    request = render(Call("batch", [{"method": "m", "query": {}}], api=Api.V3), APP, encoding="form")

    assert "https://p.example/rest/api/batch" == request.url
    assert b'[{"method":"m","query":{}}]' == request.body
    assert ("Authorization", "Bearer tok") in request.headers


def test_money_and_moments_have_a_json_form() -> None:
    """Decimal stays exact and a datetime becomes ISO text."""
    call = Call("x.add", {"a": Decimal("0.10"), "b": datetime(2026, 1, 2, tzinfo=UTC), "c": {1}})

    assert b'{"a":"0.10","b":"2026-01-02T00:00:00+00:00","c":[1]}' == render(call, HOOK).body


@pytest.mark.parametrize("value", [object(), float("nan"), "\ud800"])
def test_what_has_no_form_on_the_wire_is_a_data_error(value: object) -> None:
    """The error names the method, before anything is sent."""
    with pytest.raises(DataError, match=r"x\.add"):
        render(Call("x.add", {"a": value}), HOOK)


def test_refresh_request_has_the_order_of_crest() -> None:
    """The body is that of the PHP class (crest vector ``refresh-ok``)."""
    request = render_refresh("https://o.example/oauth/token/", "app.1", "s&t", "r")

    assert b"client_id=app.1&grant_type=refresh_token&client_secret=s%26t&refresh_token=r" == request.body


def test_repr_holds_no_secret() -> None:
    """Neither a request nor an access shows code or token."""
    shown = repr(render(Call("user.get", {"ID": 1}), APP)) + repr(APP) + repr(HOOK)

    assert "tok" not in shown.replace("token", "")
    assert "/c/" not in shown
