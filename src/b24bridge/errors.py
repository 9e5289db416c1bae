"""Everything that b24bridge raises, in one tree.

.. code-block:: text

    B24Error
    ├── ConfigError              the program was set up wrongly; nothing was sent
    ├── TransportError           no usable answer came back
    │   ├── NotSent              the request surely never reached the portal
    │   ├── PortalMoved          the portal has another address now; nothing was done
    │   ├── OutcomeUnknown       it was sent, the answer was lost: a write may have been done
    │   │   └── TimedOut         the same, because the answer took too long
    │   └── BadAnswer            an answer came, but it is not the portal's JSON
    ├── ApiError                 the portal answered with an error
    │   ├── AuthError            token, webhook or application refused
    │   │   ├── ExpiredToken     the access token is too old
    │   │   ├── RefreshRefused   the authorisation server refused to renew the token
    │   │   └── NotInstalled     the application is not installed on the portal
    │   ├── AccessError          valid credentials without the right, scope or plan
    │   ├── LimitError           refused for load; nothing was done
    │   │   ├── RateLimited      too many requests at once (503, 429)
    │   │   └── OperatingLimit   the method used up its operating time (429)
    │   ├── NotFoundError        the record does not exist
    │   │   └── MethodNotFound   the method does not exist, or not for these credentials
    │   ├── ValidationError      parameters refused
    │   └── ServerError          the portal's side broke (5xx, INTERNAL_SERVER_ERROR)
    ├── BatchError               a batch as a whole could not be read
    ├── DataError                a value could not be read or written as declared
    │   └── IncompleteList       a list that had to be complete could not prove it
    └── DeadlineExceeded         the caller's deadline passed; says what may have been done

Facts about codes come from ``knowledge/errors.json``; here are only classes and the fields that
every error carries.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypedDict, Unpack

__all__ = [
    "AccessError",
    "ApiError",
    "ApiFacts",
    "AuthError",
    "B24Error",
    "BadAnswer",
    "BatchError",
    "ConfigError",
    "DataError",
    "DeadlineExceeded",
    "ExpiredToken",
    "Facts",
    "IncompleteList",
    "LimitError",
    "MethodNotFound",
    "NotFoundError",
    "NotInstalled",
    "NotSent",
    "OperatingLimit",
    "OutcomeUnknown",
    "PortalMoved",
    "RateLimited",
    "RefreshRefused",
    "ServerError",
    "TimedOut",
    "TransportError",
    "ValidationError",
]


class Facts(TypedDict, total=False):
    """The fields that every error takes by name; see ``B24Error``."""

    method: str
    attempts: int
    earlier: Sequence[Exception]
    meaning: str
    remedy: str
    retryable: bool | None
    may_have_been_done: bool | None


class ApiFacts(Facts, total=False):
    """The fields of an error that the portal answered; see ``ApiError``."""

    code: str
    description: str
    status: int
    body: object


class B24Error(Exception):
    """Base of all errors of b24bridge.

    Attributes:
        message: One sentence that says what happened, without secrets.
        method: REST method that was called, if the error belongs to one.
        attempts: How many times the request was sent.
        earlier: Errors of earlier attempts, oldest first.
        meaning: What the error means, in one sentence, or empty.
        remedy: What to do about it, or empty.
        retryable: Whether the same call may be sent again without risk.
        may_have_been_done: Whether the portal may have carried out the call.
        retry_after_s: Seconds that the answer asked to wait before the next try, or None.
    """

    retryable: bool = False
    may_have_been_done: bool = False
    retry_after_s: float | None = None

    def __init__(
        self,
        message: str,
        *,
        method: str = "",
        attempts: int = 0,
        earlier: Sequence[Exception] = (),
        meaning: str = "",
        remedy: str = "",
        retryable: bool | None = None,
        may_have_been_done: bool | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.method = method
        self.attempts = attempts
        self.earlier = tuple(earlier)
        self.meaning = meaning
        self.remedy = remedy
        if retryable is not None:
            self.retryable = retryable
        if may_have_been_done is not None:
            self.may_have_been_done = may_have_been_done

    def __str__(self) -> str:
        return " ".join(part for part in (self.message, self.meaning, self.remedy) if part)


class ConfigError(B24Error):
    """The program was set up wrongly; nothing was sent."""


class TransportError(B24Error):
    """No usable answer came back."""


class NotSent(TransportError):
    """The request surely never reached the portal (refused, unknown host, TLS failure)."""

    retryable = True


class PortalMoved(TransportError):
    """The portal has another address now; nothing was done.

    Attributes:
        location: Address that the portal named, without secrets.
    """

    def __init__(self, message: str, *, location: str = "", **facts: Any) -> None:
        super().__init__(message, **facts)
        self.location = location


class OutcomeUnknown(TransportError):
    """The request was sent and the answer was lost, so a write may have been done."""

    may_have_been_done = True


class TimedOut(OutcomeUnknown):
    """The answer took longer than the time limit."""


class BadAnswer(TransportError):
    """An answer came that is not the portal's JSON (an HTML page, an empty or cut body).

    Attributes:
        status: HTTP status of the answer.
    """

    may_have_been_done = True

    def __init__(self, message: str, *, status: int = 0, **facts: Unpack[Facts]) -> None:
        super().__init__(message, **facts)
        self.status = status


class ApiError(B24Error):
    """The portal answered with an error.

    Attributes:
        code: The portal's code, untouched; it may be empty or a number in text.
        description: The portal's text, untouched.
        status: HTTP status, 0 inside a batch.
        body: The decoded error object.
    """

    def __init__(
        self,
        message: str,
        *,
        code: str = "",
        description: str = "",
        status: int = 0,
        body: object = None,
        **facts: Unpack[Facts],
    ) -> None:
        super().__init__(message, **facts)
        self.code = code
        self.description = description
        self.status = status
        self.body = body


class AuthError(ApiError):
    """Token, webhook or application refused."""


class ExpiredToken(AuthError):
    """The access token is too old and could not be renewed."""


class RefreshRefused(AuthError):
    """The authorisation server refused to renew the token; the application must be reinstalled."""


class NotInstalled(AuthError):
    """The application is not installed on the portal."""


class AccessError(ApiError):
    """Valid credentials without the right, the scope or the plan."""


class LimitError(ApiError):
    """Refused for load; nothing was done."""

    retryable = True


class RateLimited(LimitError):
    """Too many requests at once."""


class OperatingLimit(LimitError):
    """The method used up its operating time on this portal.

    Attributes:
        reset_at: Unix time in seconds at which the portal frees time again, or None.
    """

    def __init__(self, message: str, *, reset_at: float | None = None, **facts: Unpack[ApiFacts]) -> None:
        super().__init__(message, **facts)
        self.reset_at = reset_at


class NotFoundError(ApiError):
    """The record does not exist."""


class MethodNotFound(NotFoundError):
    """The method does not exist, or not for these credentials."""


class ValidationError(ApiError):
    """Parameters refused."""


class ServerError(ApiError):
    """The portal's side broke."""

    may_have_been_done = True


class BatchError(B24Error):
    """A batch as a whole could not be built or read."""


class DataError(B24Error):
    """A value could not be read or written as declared."""


class IncompleteList(DataError):
    """A list that had to be complete could not prove it."""


class DeadlineExceeded(B24Error):
    """The caller's deadline passed."""
