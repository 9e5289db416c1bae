"""Secrets out of recordings."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from b24bridge.contract.cassettes import About, Cassette, SecretLeft, load_cassette, save_cassette
from b24bridge.contract.exchanges import Exchange
from b24bridge.contract.scrub import kinds_left, scrub

CODE = "k3yc0d3abcdef9"
SECRETS = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=8, max_size=32)
JSON = (("content-type", "application/json"),)


def exchange(
    body: bytes = b"", answer: bytes = b"{}", url: str = f"https://firm.example/rest/7/{CODE}/profile.json"
) -> Exchange:
    """An exchange with a webhook."""
    return Exchange("POST", url, (*JSON, ("authorization", "Bearer t0k3n")), body, 200, JSON, answer)


def text_of(found: Exchange) -> str:
    """All that a cassette would show of an exchange."""
    return json.dumps(
        [found.url, found.headers, found.body.decode(), found.answer_headers, found.answer.decode()]
    )


def test_webhook_code_and_host_are_replaced() -> None:
    """A recording tells neither the code nor whose portal it was."""
    clean = scrub(exchange(), {})

    assert "https://portal.example/rest/7/***/profile.json" == clean.url
    assert JSON == clean.headers


@pytest.mark.parametrize(
    "body",
    [
        b"auth=t0ps3cret1&ID=1",
        b'{"auth": "t0ps3cret1", "ID": 1}',
        b'{"cmd": {"a": "user.get?auth=t0ps3cret1"}}',
        b"cmd%5Ba%5D=user.get%3Fauth%3Dt0ps3cret1",
        b"client_secret=t0ps3cret1&refresh_token=t0ps3cret1",
    ],
)
def test_tokens_in_any_body_are_replaced(body: bytes) -> None:
    """Forms, JSON and the commands of a batch lose their tokens."""
    clean = scrub(exchange(body), {})

    assert b"t0ps3cret1" not in clean.body
    assert () == kinds_left(text_of(clean), {})


def test_tokens_in_an_answer_are_replaced() -> None:
    """What the authorisation server returns is a secret too; everything else stays."""
    answer = '{"access_token": "t0ps3cret1", "refresh_token": "t0ps3cret2", "user": "Жанна"}'.encode()

    clean = scrub(exchange(answer=answer), {})

    assert {"access_token": "***", "refresh_token": "***", "user": "Жанна"} == json.loads(clean.answer)


@pytest.mark.parametrize("slash", ["/", "\\/"])
def test_addresses_in_answers_lose_host_code_and_token(slash: str) -> None:
    """A link to a file would tell the portal, the webhook and the token of the file."""
    link = f"https://firm.example/rest/7/{CODE}/download/?token=disk%7Cs3cr3t&x=1".replace("/", slash)

    clean = scrub(exchange(answer=f'{{"result": {{"DOWNLOAD_URL": "{link}"}}}}'.encode()), {})

    url = "https://portal.example/rest/7/***/download/?token=***&x=1"
    assert {"result": {"DOWNLOAD_URL": url}} == json.loads(clean.answer)
    assert () == kinds_left(text_of(clean), {})


def test_answer_without_secrets_stays_byte_for_byte() -> None:
    """Scrubbing does not reformat what it need not touch."""
    answer = b'{ "result": [1.50, "\\u0416"] }'

    assert answer == scrub(exchange(answer=answer), {}).answer


def test_error_page_in_another_encoding_can_be_recorded() -> None:
    """A page that is no UTF-8 keeps its readable part."""
    clean = scrub(exchange(answer="<h1>Ошибка 502</h1>".encode("cp1251")), {})

    assert "502" in clean.answer.decode()


@given(SECRETS)
def test_known_secret_never_reaches_a_recording(secret: str) -> None:
    """A known secret is gone wherever it stood."""
    known = {"webhook code": f"zz{secret}"}
    value = known["webhook code"]
    recorded = scrub(
        exchange(
            f"a={value}&b=x".encode(), json.dumps({"result": {"link": f"https://h/{value}/x"}}).encode()
        ),
        known,
    )

    assert value not in text_of(recorded)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('{"uri": "https://p/rest/1/abcdef123/user.get"}', "webhook code"),
        ('{"body": "auth=abcdef"}', "auth"),
        ('{"string": "{\\"access_token\\":\\"abcdef\\"}"}', "access_token"),
        ("cmd=" + quote(quote("user.get?auth=abcdef", safe=""), safe=""), "auth"),
        (r'{"s": "https:\/\/p\/rest\/1\/abcdef123\/x"}', "webhook code"),
        (r'{"s": "https:\/\/p\/download.json?token=disk%7Cabc"}', "token"),
        ("x " + CODE + " y", "code of this portal"),
    ],
)
def test_what_is_left_is_found_even_encoded(text: str, kind: str) -> None:
    """The search is wider than the scrubber: it also looks behind URL and JSON encoding."""
    assert (kind,) == kinds_left(text, {"code of this portal": CODE})


def test_cassette_with_a_secret_is_not_written(tmp_path: Path) -> None:
    """The error names the cassette and the kind of secret, never the secret."""
    file = tmp_path / "sector.json"

    with pytest.raises(SecretLeft) as caught:
        save_cassette(Cassette("sector", About(), (exchange(),)), file)

    assert "'sector'" in str(caught.value)
    assert "webhook code" in str(caught.value)
    assert CODE not in str(caught.value)
    assert not file.exists()


def test_cassette_with_a_secret_is_not_read(tmp_path: Path) -> None:
    """Somebody else's recording with a live code is refused as well."""
    file = tmp_path / "old.json"
    file.write_text(
        json.dumps({"interactions": [], "version": 1, "x": f"/rest/1/{CODE}/a"}), encoding="utf-8"
    )

    with pytest.raises(SecretLeft, match="'old'"):
        load_cassette(file)
