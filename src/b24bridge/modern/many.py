"""Many changes at once: one definition, an outcome for each record, fifty to a request."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, overload

from b24bridge.modern._binding import Async, Blocking, Bound, Deferred, Service
from b24bridge.modern.outcomes import Outcome
from b24bridge.wire.call import Call

__all__ = ["many"]

T = TypeVar("T")
K = TypeVar("K")
P = ParamSpec("P")


class many(Bound[P, T], Generic[P, K, T]):  # noqa: N801  # used as a decorator
    """Marks a definition that returns a call for each of many records."""

    def __init__(self, build: Callable[Concatenate[Any, P], Mapping[K, Call[T]]]) -> None:
        super().__init__(build, "run_many")

    @overload
    def __get__(self, service: None, owner: Any) -> Callable[Concatenate[Any, P], Mapping[K, Call[T]]]: ...
    @overload
    def __get__(self, service: Service[Blocking], owner: Any) -> Callable[P, dict[K, Outcome[T]]]: ...
    @overload
    def __get__(self, service: Service[Async], owner: Any) -> Callable[P, Awaitable[dict[K, Outcome[T]]]]: ...
    @overload
    def __get__(self, service: Service[Deferred], owner: Any) -> Callable[P, Mapping[K, Call[T]]]: ...
    def __get__(self, service: Any, owner: Any) -> Any:
        return super().__get__(service, owner)
