"""What error answers mean."""

from __future__ import annotations

import pytest

from b24bridge import errors
from b24bridge.errors import ApiError, OperatingLimit
from b24bridge.wire.classify import api_error, is_stale_token, read_error

V3 = "BITRIX_REST_V3_EXCEPTION_"


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("QUERY_LIMIT_EXCEEDED", 503, errors.RateLimited),
        ("OPERATION_TIME_LIMIT", 429, errors.OperatingLimit),
        ("OVERLOAD_LIMIT", 401, errors.LimitError),
        ("expired_token", 401, errors.ExpiredToken),
        ("invalid_token", 401, errors.AuthError),
        ("NO_AUTH_FOUND", 401, errors.AuthError),
        ("INVALID_CREDENTIALS", 403, errors.AuthError),
        ("insufficient_scope", 401, errors.AccessError),
        ("insufficient_scope", 200, errors.AccessError),
        ("ACCESS_DENIED", 400, errors.AccessError),
        ("ERROR_METHOD_NOT_FOUND", 404, errors.MethodNotFound),
        ("NOT_FOUND", 400, errors.NotFoundError),
        ("INTERNAL_SERVER_ERROR", 500, errors.ServerError),
        ("100", 400, errors.ValidationError),
        ("0", 400, errors.ValidationError),
        ("", 400, errors.ValidationError),
        ("SOMETHING_NEW", 400, errors.ValidationError),
        ("SOMETHING_NEW", 401, errors.AuthError),
        ("SOMETHING_NEW", 403, errors.AccessError),
        ("SOMETHING_NEW", 404, errors.NotFoundError),
        ("SOMETHING_NEW", 429, errors.RateLimited),
        ("SOMETHING_NEW", 500, errors.ServerError),
    ],
)
def test_codes_decide_and_statuses_help(code: str, status: int, kind: type[ApiError]) -> None:
    """A known code decides whatever its status, an unknown one goes by the status."""
    error = api_error({"error": code, "error_description": "text"}, method="m", status=status)

    assert kind is type(error)
    assert (code, "text", status) == (error.code, error.description, error.status)


@pytest.mark.parametrize(
    ("suffix", "status", "kind"),
    [
        ("ACCESSDENIEDEXCEPTION", 403, errors.AccessError),
        ("ACCESSDENIEDEXCEPTION", 401, errors.AuthError),
        ("ENTITYNOTFOUNDEXCEPTION", 400, errors.NotFoundError),
        ("METHODNOTFOUNDEXCEPTION", 404, errors.MethodNotFound),
        ("RATELIMITEXCEPTION", 429, errors.RateLimited),
        ("INTERNAL_INTERNALEXCEPTION", 500, errors.ServerError),
        ("INVALIDFILTEREXCEPTION", 400, errors.ValidationError),
    ],
)
def test_rest_3_error_objects(suffix: str, status: int, kind: type[ApiError]) -> None:
    """REST 3.0 wraps code and message into an object."""
    error = api_error({"error": {"code": V3 + suffix, "message": "m"}}, method="m", status=status)

    assert kind is type(error)
    assert V3 + suffix == error.code


def test_validation_items_of_rest_3_are_part_of_the_text() -> None:
    """The fields that were refused are named."""
    found = read_error(
        {
            "error": {
                "code": "C",
                "message": "Bad.",
                "validation": [{"field": "title", "message": "is missing"}],
            }
        }
    )

    assert "Bad.; title: is missing" == found.description


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Not found", errors.NotFoundError),
        ("Access denied.", errors.AccessError),
        ("Access denied", errors.AccessError),
        ("access_denied", errors.AccessError),
        ("ID is not defined or invalid.", errors.ValidationError),
    ],
)
def test_an_empty_code_is_told_apart_by_its_fixed_text(text: str, kind: type[ApiError]) -> None:
    """Classic CRM methods send no code."""
    assert kind is type(api_error({"error": "", "error_description": text}, method="m", status=400))


@pytest.mark.parametrize(
    ("code", "retryable", "done"),
    [
        ("QUERY_LIMIT_EXCEEDED", True, False),
        ("OPERATION_TIME_LIMIT", True, False),
        ("OVERLOAD_LIMIT", False, False),
        ("ACCESS_DENIED", False, False),
        ("INTERNAL_SERVER_ERROR", False, True),
    ],
)
def test_error_tells_whether_to_repeat_and_whether_it_may_be_done(
    code: str, retryable: bool, done: bool
) -> None:
    """Refusals for load did nothing; a broken server may have done it."""
    error = api_error({"error": code}, method="m", status=500)

    assert (retryable, done) == (error.retryable, error.may_have_been_done)


def test_operating_limit_knows_when_it_ends() -> None:
    """A Retry-After becomes a moment."""
    error = api_error({"error": "OPERATION_TIME_LIMIT"}, method="m", status=429, retry_after_s=30, now=1000.0)

    assert isinstance(error, OperatingLimit)
    assert 1030.0 == error.reset_at


def test_a_long_description_is_cut_in_the_message_only() -> None:
    """200,000 bytes of text stay in the error and do not flood a log."""
    error = api_error({"error": "X", "error_description": "y" * 200_000}, method="m", status=400)

    assert len(str(error)) < 500
    assert 200_000 == len(error.description)


@pytest.mark.parametrize(
    "body", [None, [], "text", {"error": None}, {"error": ["x"]}, {"error": True}, {"result": 1}]
)
def test_odd_error_bodies_are_read_without_failing(body: object) -> None:
    """Whatever stands in the place of an error gives an error of ours."""
    assert isinstance(api_error(body, method="m", status=400), ApiError)


@pytest.mark.parametrize(
    ("code", "stale"), [("expired_token", True), ("invalid_token", True), ("NO_AUTH_FOUND", False)]
)
def test_stale_tokens(code: str, stale: bool) -> None:
    """A new token may cure these two."""
    assert stale == is_stale_token(api_error({"error": code}, method="m", status=401))
