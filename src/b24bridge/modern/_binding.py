"""One definition of each method, bound three ways.

A service method is a pure function that returns a description of the call. Looked up on a service
of a blocking client it runs the call and returns the value, on an async client it returns an
awaitable, and on ``calls`` it returns the description itself. Type checkers and docstrings see all three.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, Concatenate, Generic, ParamSpec, Protocol, TypeVar, overload

from b24bridge.modern.lists import AsyncRows, ListCall, Rows
from b24bridge.wire.call import Call

__all__ = ["Async", "Blocking", "Bound", "Deferred", "Runner", "Service", "listing", "method"]

T = TypeVar("T")
P = ParamSpec("P")


class Blocking:
    """Binding mode: methods return values."""


class Async:
    """Binding mode: methods return awaitables."""


class Deferred:
    """Binding mode: methods return calls."""


M = TypeVar("M")


class Runner(Protocol):
    """What a service is bound to."""

    def run(self, call: Call[Any]) -> Any:
        """Run, await or return one call."""
        ...

    def rows(self, call: ListCall[Any]) -> Any:
        """Return the rows of a list, or the call itself."""
        ...

    def run_many(self, calls: Any) -> Any:
        """Run, await or return calls by key."""
        ...


class Service(Generic[M]):
    """A group of methods in one binding mode."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._runner!r}>"


class Bound(Generic[P, T]):
    """What the descriptors share: one bound function a call, one lookup by name."""

    def __init__(self, build: Callable[..., Any], runner_method: str) -> None:
        self._build = build
        self._runner_method = runner_method
        self.__doc__ = build.__doc__
        self.__wrapped__ = build

    def __get__(self, service: Any, owner: Any) -> Any:
        if service is None:
            return self._build
        build = self._build
        deliver = getattr(service._runner, self._runner_method)

        @wraps(build)
        def bound(*args: Any, **kwargs: Any) -> Any:
            return deliver(build(service, *args, **kwargs))

        return bound


class method(Bound[P, T]):  # noqa: N801  # used as a decorator
    """Marks a definition that returns one call."""

    def __init__(self, build: Callable[Concatenate[Any, P], Call[T]]) -> None:
        super().__init__(build, "run")

    @overload
    def __get__(self, service: None, owner: Any) -> Callable[Concatenate[Any, P], Call[T]]: ...
    @overload
    def __get__(self, service: Service[Blocking], owner: Any) -> Callable[P, T]: ...
    @overload
    def __get__(self, service: Service[Async], owner: Any) -> Callable[P, Awaitable[T]]: ...
    @overload
    def __get__(self, service: Service[Deferred], owner: Any) -> Callable[P, Call[T]]: ...
    def __get__(self, service: Any, owner: Any) -> Any:
        return super().__get__(service, owner)


class listing(Bound[P, T]):  # noqa: N801  # used as a decorator
    """Marks a definition that returns a list call: all pages, row by row."""

    def __init__(self, build: Callable[Concatenate[Any, P], ListCall[T]]) -> None:
        super().__init__(build, "rows")

    @overload
    def __get__(self, service: None, owner: Any) -> Callable[Concatenate[Any, P], ListCall[T]]: ...
    @overload
    def __get__(self, service: Service[Blocking], owner: Any) -> Callable[P, Rows[T]]: ...
    @overload
    def __get__(self, service: Service[Async], owner: Any) -> Callable[P, AsyncRows[T]]: ...
    @overload
    def __get__(self, service: Service[Deferred], owner: Any) -> Callable[P, ListCall[T]]: ...
    def __get__(self, service: Any, owner: Any) -> Any:
        return super().__get__(service, owner)
