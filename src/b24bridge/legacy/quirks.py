"""Every intended difference from CRest 1.36, in one table.

A switch that is off gives the original's behaviour back: ``CRest.configure(quirks={"redact_logs": False})``.
Differences without a switch exist because Python has no such behaviour, or nobody can want it.
The numbers of the reasons are those of the specification's list of intended deviations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from b24bridge.errors import ConfigError

__all__ = ["QUIRKS", "Quirk", "switches"]


@dataclass(frozen=True, slots=True)
class Quirk:
    """One difference.

    Attributes:
        name: Name of the difference, and of its switch.
        original: What CRest does.
        ours: What the facade does instead.
        reason: Why.
        vectors: Cases of ``tests/vectors/crest`` that show the original.
        switchable: Whether ``configure(quirks=...)`` can turn it off.
    """

    name: str
    original: str
    ours: str
    reason: str
    vectors: tuple[str, ...]
    switchable: bool = False


QUIRKS: tuple[Quirk, ...] = (
    Quirk(
        "redact_logs",
        "Log files hold tokens, the client secret and the webhook code in clear.",
        "They stand as ***; names, places, number and keys of the files stay.",
        "1: 263 of 316 recorded log files leak a secret.",
        ("log-oauth", "log-refresh-dump", "log-block-1-install"),
        switchable=True,
    ),
    Quirk(
        "keep_empty_maps",
        "{} and [] of an answer are the same empty array; a map with keys 0…n-1 is a list.",
        "Maps stay dict, lists stay list; settings.json gets [] for both.",
        "2: Python tells them apart, and loses nothing by it.",
        ("json-empty-obj",),
    ),
    Quirk(
        "exact_big_integers",
        "Integers outside int64 become floats.",
        "They stay exact integers.",
        "3: an identifier must not lose digits.",
        ("json-int-over",),
        switchable=True,
    ),
    Quirk(
        "locked_settings",
        "settings.json is written in place without a lock.",
        "It is replaced as a whole under settings.json.lock.",
        "4: no reader sees half a file, and a killed process leaves the old or the new one.",
        ("refresh-ok-nolog",),
    ),
    Quirk(
        "reuse_newer_token",
        "Each process that meets an expired token refreshes, and the loser writes its error text.",
        "A token that another process has saved meanwhile is used without asking the token server.",
        "4: a refresh token works once.",
        ("refresh-ok-nolog",),
        switchable=True,
    ),
    Quirk(
        "no_php_messages",
        "PHP prints warnings and deprecations.",
        "Nothing is printed.",
        "5: they belong to PHP.",
        ("install-none-keep",),
    ),
    Quirk(
        "no_fatal_errors",
        "PHP dies on arguments of a wrong type, REST 3.0 error objects, transport errors under an encoding "
        "and a damaged settings.json.",
        "TypeError for arguments; otherwise the answer itself, curl_error, or no_install_app.",
        "6: a program must be able to go on.",
        ("hbq-scalar-string", "err-object-v3-validation", "enc-cp-network", "auth-settings-string"),
    ),
    Quirk(
        "transport_wording",
        "error_information of curl_error has libcurl's words.",
        "It has ours; the keys and the code stay.",
        "7: there is no libcurl.",
        ("net-refused-log",),
    ),
    Quirk(
        "refuse_unknown_charset",
        "An unknown charset turns every value into false.",
        "configure() raises ConfigError.",
        "9: nobody wants it.",
        ("enc-nosuch",),
    ),
    Quirk(
        "no_expect_100",
        "A body above 1 MiB is announced with Expect: 100-continue.",
        "It is sent at once.",
        "10: the answer is the same.",
        ("hbq-large-expect",),
    ),
    Quirk(
        "unicode_text",
        "Under a charset, texts are bytes in it; characters that it lacks cannot occur.",
        "Texts are Unicode: parameters, method names and installation requests go out as UTF-8.",
        "11: str is Unicode in Python.",
        ("enc-cp-value",),
    ),
    Quirk(
        "escaped_query",
        "Bytes above ASCII behind a ? in the method name go out raw.",
        "They are percent-encoded, as they are before the ?.",
        "The HTTP library refuses raw bytes in a request line.",
        ("net-method-query",),
    ),
)


def switches(wanted: Mapping[str, bool] | None) -> frozenset[str]:
    """Return the names of the differences that are in force.

    Raises:
        ConfigError: A name is unknown, or has no switch.
    """
    on = {quirk.name for quirk in QUIRKS}
    can = sorted(quirk.name for quirk in QUIRKS if quirk.switchable)
    for name, is_on in (wanted or {}).items():
        if name not in can:
            near = get_close_matches(name, can, n=1)
            raise ConfigError(
                f"There is no switch {name!r}.",
                remedy=f"Did you mean {near[0]!r}?" if near else f"Switches: {', '.join(can)}.",
            )
        if not is_on:
            on.discard(name)
    return frozenset(on)
