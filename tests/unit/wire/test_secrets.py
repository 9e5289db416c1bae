"""Masking of secrets."""

from __future__ import annotations

import pytest

from b24bridge.wire.secrets import mask, redact


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://p.example/rest/1/abc123/user.get.json", "https://p.example/rest/1/***/user.get.json"),
        (
            "https://p.example/rest/api/1/abc123/tasks.task.get",
            "https://p.example/rest/api/1/***/tasks.task.get",
        ),
        ("https://p.example/rest/ivan.petrov/abc123/", "https://p.example/rest/ivan.petrov/***/"),
        ("https:\\/\\/p.example\\/rest\\/1\\/abc123\\/", "https:\\/\\/p.example\\/rest\\/1\\/***\\/"),
        (
            "url=https%3A%2F%2Fp.example%2Frest%2F1%2Fabc123%2F",
            "url=https%3A%2F%2Fp.example%2Frest%2F1%2F***%2F",
        ),
        ("ID=1&auth=tok&x=2", "ID=1&auth=***&x=2"),
        ("auth%5Baccess_token%5D=tok&a=1", "auth%5Baccess_token%5D=***&a=1"),
        ("auth[access_token]=tok", "auth[access_token]=***"),
        (
            "client_id=app.1&client_secret=s3&refresh_token=r",
            "client_id=app.1&client_secret=***&refresh_token=***",
        ),
        ('{"access_token":"tok","expires":1}', '{"access_token":"***","expires":1}'),
        ("{'refresh_token': 'tok'}", "{'refresh_token': '***'}"),
        ("'client_secret' => 'tok',", "'client_secret' => '***',"),
        ("Authorization: Bearer tok", "Authorization: Bearer ***"),
        ("grant_type=authorization_code&code=c0de", "grant_type=authorization_code&code=***"),
    ],
)
def test_secrets_are_masked_in_every_form(text: str, expected: str) -> None:
    """Webhook codes, tokens and client secrets vanish from addresses, forms, JSON and dumps."""
    assert expected == mask(text)


@pytest.mark.parametrize(
    "text",
    [
        "https://p.example/rest/api/tasks.task.get",
        "https://p.example/rest/user.get.json",
        '{"error":"expired_token","error_description":"The access token provided has expired"}',
        "crm.item.list was refused (QUERY_LIMIT_EXCEEDED, HTTP 503).",
    ],
)
def test_text_without_secrets_stays(text: str) -> None:
    """Method names and messages are left as they are."""
    assert text == mask(text)


def test_known_secrets_are_masked_wherever_they_stand() -> None:
    """A secret that is known literally is replaced even where no pattern fits."""
    assert "the code is ***!" == mask("the code is abc123!", known=("abc123", ""))


def test_redact_masks_by_name_and_inside_texts() -> None:
    """Values of secret names are masked at any depth, others only where they hold a secret."""
    value = {
        "auth": {"access_token": "t", "domain": "p.example"},
        "url": "https://p/rest/1/c0de/",
        "n": [1, None],
    }

    assert {
        "auth": {"access_token": "***", "domain": "p.example"},
        "url": "https://p/rest/1/***/",
        "n": [1, None],
    } == redact(value)
