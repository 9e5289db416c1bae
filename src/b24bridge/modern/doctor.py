"""What stands between a program and its portal: each thing checked, with what to do about it.

What CRest's ``checkServer`` was meant for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from b24bridge.auth.credentials import OAuth
from b24bridge.engine.reach import reach
from b24bridge.errors import B24Error

if TYPE_CHECKING:
    from b24bridge.modern.client import Client

__all__ = ["Check", "examine"]

# More than this and signatures, events and "changed since" filters go wrong.
_CLOCK_SKEW_S = 60
_CERTIFICATE_DAYS = 14


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    Attributes:
        name: What was looked at.
        ok: Whether it is as it must be.
        found: What was found.
        remedy: What to do about it, empty if it is well.
    """

    name: str
    ok: bool
    found: str
    remedy: str = ""


def examine(
    client: Client,
    *,
    verify_tls: bool = True,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Iterator[Check]:
    """Look at everything between this program and the portal, one thing after the other.

    Args:
        client: Client of the portal.
        verify_tls: Whether the certificate is checked.
        now: This machine's time.
    """
    address = urlsplit(client.portal_url)
    tls = address.scheme == "https"
    found = reach(address.hostname or "", address.port or (443 if tls else 80), tls=tls, verify=verify_tls)
    yield Check("connection", not found.problem, found.problem or ", ".join(found.addresses), found.remedy)
    if found.problem:
        return
    yield _encryption(tls, found.tls, found.certificate_until, now())
    try:
        yield _clock(client, now)
        yield from _rights(client)
    except B24Error as error:
        yield Check("answer", False, error.message, error.remedy or error.meaning)
        return
    yield _life(client, now())
    yield from _limits(client)


def _encryption(tls: bool, protocol: str, until: datetime | None, now: datetime) -> Check:
    if not tls:
        return Check("encryption", False, "plain http", "A portal takes webhooks by https only.")
    soon = until is not None and until - now < timedelta(days=_CERTIFICATE_DAYS)
    ends = f", certificate until {until:%Y-%m-%d}" if until else ", certificate not checked"
    return Check("encryption", not soon, protocol + ends, "Renew the certificate." if soon else "")


def _clock(client: Client, now: Callable[[], datetime]) -> Check:
    before = now()
    told = datetime.fromisoformat(str(client.call("server.time").result))
    skew = (told - (before + (now() - before) / 2)).total_seconds()
    ok = abs(skew) <= _CLOCK_SKEW_S
    return Check(
        "clock", ok, f"the portal is {skew:+.0f} s from here", "" if ok else "Set this machine's clock."
    )


def _rights(client: Client) -> Iterator[Check]:
    profile: dict[str, Any] = client.call("profile").result
    name = " ".join(str(profile.get(key) or "") for key in ("NAME", "LAST_NAME")).strip()
    yield Check(
        "user",
        True,
        f"{name} (id {profile.get('ID')}), administrator: {'yes' if profile.get('ADMIN') else 'no'}",
    )
    scopes = client.call("scope").result
    yield Check(
        "scopes", bool(scopes), ", ".join(scopes) or "none", "" if scopes else "Give the webhook scopes."
    )


def _life(client: Client, now: datetime) -> Check:
    """Look how long the credentials last: an access token an hour, a refresh token 180 days."""
    credentials = client.credentials
    if not isinstance(credentials, OAuth):
        return Check("token", True, "a webhook, which does not expire")
    tokens = credentials.tokens()
    if not tokens.refresh_token:
        remedy = "Install the application again; its settings must keep refresh_token."
        return Check("token", False, "no refresh token: access ends within the hour", remedy)
    expires = str(tokens.raw.get("expires") or "")
    if not expires.isdigit():
        return Check("token", True, "renewed when the portal says that it expired")
    left = datetime.fromtimestamp(int(expires), UTC) - now
    minutes = max(0, int(left.total_seconds() // 60))
    return Check("token", True, f"{minutes} minutes left, then renewed")


def _limits(client: Client) -> Iterator[Check]:
    stats = client.stats()
    yield Check(
        "limits",
        not stats.refused,
        f"{stats.refused} of {stats.requests} requests refused",
        "Another program uses the same address or webhook." if stats.refused else "",
    )
    used = {method: seconds for method, seconds in stats.operating_s.items() if seconds}
    if used:
        most = max(used, key=lambda method: used[method])
        ok = used[most] < 400
        yield Check(
            "operating time",
            ok,
            f"{most}: {used[most]:.1f} of 480 s in ten minutes",
            "" if ok else "Ask for less per call, or wait.",
        )
