"""Running a gateway: a server that lets calls in flight end."""

from __future__ import annotations

import contextlib
import signal
import socket
import ssl
from collections.abc import Callable, Iterator

import uvicorn

from b24bridge.errors import ConfigError
from b24bridge.gateway.config import Setup

__all__ = ["Server", "serve"]

# Longer than the longest wait and the longest answer: whoever is in work gets its answer.
GRACE_S = 140
# Longer than clients and servers in front keep a connection: whoever closes first must not be the gateway,
# or a write meets a closed connection.
KEEP_ALIVE_S = 75


class Server(uvicorn.Server):
    """A gateway on one socket.

    Args:
        setup: The gateway.
        host: Address to listen on.
        port: Port; 0 picks a free one.
        ready: Gets the address when the gateway listens.

    Attributes:
        base_url: Address of the server.
        was_interrupted: Whether Ctrl-C stopped it.

    Raises:
        ConfigError: The address is taken, or the certificate cannot be used.
    """

    def __init__(
        self, setup: Setup, host: str, port: int, ready: Callable[[str], None] = lambda base: None
    ) -> None:
        certificate, key = setup.certificate or (None, None)
        config = uvicorn.Config(
            setup.gateway,
            lifespan="off",
            log_level="warning",
            access_log=False,
            # The stricter of the two parsers; which one is used must not depend on what is installed.
            http="h11",
            ws="none",
            server_header=False,
            ssl_certfile=certificate,
            ssl_keyfile=key,
            timeout_keep_alive=KEEP_ALIVE_S,
            timeout_graceful_shutdown=GRACE_S,
        )
        try:
            config.load()
        except (OSError, ssl.SSLError) as error:
            raise ConfigError(
                f"The certificate {certificate} cannot be used with its key ({type(error).__name__}).",
                remedy="Both are files in PEM form, and belong together.",
            ) from error
        super().__init__(config)
        self._setup = setup
        self._ready = ready
        self.was_interrupted = False
        self.socket = _listen(host, port)
        shown = f"[{host}]" if ":" in host else host
        self.base_url = f"{'https' if certificate else 'http'}://{shown}:{self.socket.getsockname()[1]}"

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        if self.started:
            self._ready(self.base_url)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let the calls in flight end, then what the gateway still has to do."""
        await super().shutdown(sockets)
        await self._setup.finish()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on a signal and end normally; uvicorn would raise it once more, in the middle of the end."""

        def stop(number: int, _: object) -> None:
            self.was_interrupted |= number == signal.SIGINT
            self.should_exit = True

        try:
            before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
        except ValueError:  # not the main thread; whoever runs it stops it by should_exit
            yield
            return
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        bound = socket.create_server((host, port), family=family, backlog=1024)
    except OSError as error:
        raise ConfigError(
            f"Cannot listen on {host}:{port}: {error.strerror or error}.", remedy="Choose another --port."
        ) from error
    # Accepted connections inherit it; without it each answer waits 40 ms for an acknowledgement.
    bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return bound


def serve(setup: Setup, host: str, port: int, ready: Callable[[str], None] = lambda base: None) -> None:
    """Serve until a signal comes; calls in flight end first.

    Raises:
        ConfigError: The address is taken, or the certificate cannot be used.
        KeyboardInterrupt: Ctrl-C stopped it.
    """
    server = Server(setup, host, port, ready)
    server.run([server.socket])
    if server.was_interrupted:
        raise KeyboardInterrupt
