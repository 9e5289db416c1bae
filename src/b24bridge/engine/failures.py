"""What a caller is told about a call that failed."""

from __future__ import annotations

from b24bridge.errors import (
    ApiError,
    B24Error,
    BadAnswer,
    BatchError,
    DeadlineExceeded,
    LimitError,
    MethodNotFound,
    RateLimited,
    TimedOut,
    TransportError,
)
from b24bridge.knowledge.catalog import nearest
from b24bridge.knowledge.codes import explain
from b24bridge.wire.classify import of_envelope
from b24bridge.wire.request import WireResponse
from b24bridge.wire.response import Envelope

__all__ = ["complete", "cut_off", "refusal", "stopped", "too_late"]


def refusal(method: str, envelope: Envelope, response: WireResponse, wall: float) -> ApiError:
    """Return the error that an answer of the portal means.

    Args:
        method: REST method.
        envelope: The decoded answer.
        response: The answer as it came.
        wall: Unix time.
    """
    after_s = _retry_after(response)
    error = of_envelope(envelope, method=method, explain=explain, retry_after_s=after_s, now=wall)
    error.retry_after_s = after_s
    if isinstance(error, MethodNotFound) and (names := nearest(method)):
        error.remedy = f"{error.remedy} Like it: {', '.join(names)}.".strip()
    return error


def too_late(
    method: str, errors: tuple[B24Error, ...] = (), last: B24Error | None = None
) -> DeadlineExceeded:
    """Return the error for a call whose deadline came before its answer."""
    done = any(error.may_have_been_done for error in errors)
    why = "" if last is None else f" Last error: {last.message}"
    return DeadlineExceeded(
        f"{method} did not finish before its deadline.{why}",
        method=method,
        attempts=len(errors),
        earlier=errors,
        may_have_been_done=done,
        remedy="It may have been done: look before you send it again." if done else "",
    )


def complete(
    error: B24Error,
    method: str,
    sent: int,
    errors: tuple[B24Error, ...],
    elapsed_s: float,
    is_safe: bool,
) -> None:
    """Complete the error that the caller gets: what was tried, and what to do."""
    error.method = error.method or method
    error.attempts = sent
    error.earlier = tuple(earlier for earlier in errors if earlier is not error)
    if isinstance(error, LimitError) and sent > 1 and isinstance(error, ApiError):
        error.message = f"{method} was refused after {sent} attempts in {elapsed_s:.1f} s ({error.code})."
    if isinstance(error, RateLimited):
        error.remedy = "Another program probably uses the same portal from this address; slow it down."
    if isinstance(error, BadAnswer | TimedOut | TransportError) and error.may_have_been_done and not is_safe:
        error.meaning = error.meaning or f"{method} may have been done, so it was not sent again."
        error.remedy = error.remedy or "Look whether its effect is there before you send it again."


def stopped(method: str) -> BatchError:
    """Return the error of a command that a halting batch did not come to."""
    return BatchError(f"{method} was not run: an earlier command of the batch failed.", method=method)


def cut_off(method: str, name: str) -> BatchError:
    """Return the error of a command that needs the result of one that was not done."""
    return BatchError(
        f"{method} was not run: it refers to {name}, which was not done.",
        method=method,
        remedy="Settle that command first.",
    )


def _retry_after(response: WireResponse) -> float | None:
    """Return the seconds of a ``Retry-After`` header; dates are left aside, nobody was seen to send them."""
    value = response.header("retry-after")
    return float(value) if value is not None and value.isdecimal() else None
