"""Redaction before storing."""

from __future__ import annotations

from b24bridge.compare.redact import PERSONAL_KEYS, Redaction


def test_secrets_are_hidden_by_name_and_by_form() -> None:
    """Tokens go by their key, webhook codes by the form of the address."""
    value = {
        "auth": "t0p",
        "inner": [{"ACCESS_TOKEN": "x1"}, "https://p.example/rest/1/abcdef0123456789/profile.json"],
        "title": "Ж",
    }

    safe = Redaction()(value)

    assert "***" == safe["auth"]
    assert {"ACCESS_TOKEN": "***"} == safe["inner"][0]
    assert "abcdef0123456789" not in safe["inner"][1]
    assert "Ж" == safe["title"]


def test_equal_personal_texts_keep_equal_tokens() -> None:
    """A difference between two names stays visible without the names."""
    redaction = Redaction(personal_keys=PERSONAL_KEYS, salt=b"s")

    first, second, third = redaction([{"EMAIL": "a@b.c"}, {"EMAIL": "a@b.c"}, {"EMAIL": "d@b.c"}])

    assert first == second
    assert first != third
    assert "a@b.c" not in str(first)


def test_numbers_flags_and_empty_values_stay() -> None:
    """Only texts can hold secrets or persons."""
    value = {"name": "", "n": 1, "ok": True, "none": None, "auth": None}

    assert value == Redaction(personal_keys=PERSONAL_KEYS, salt=b"s")(value)
