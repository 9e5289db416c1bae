"""``ai.engine.*``: AI services of an administrator."""

from __future__ import annotations

from typing import Any

import pytest
from doors import Door

ENGINE = {
    "name": "Acme GPT",
    "code": "acme_gpt",
    "category": "text",
    "completions_url": "https://api.example.com/bitrix24/ai/completions",
    "settings": {"code_alias": "ChatGPT", "model_context_limit": 15666},
}


def test_registered_engine_is_listed(door: Door) -> None:
    """Keys and types are those of the page "Get List of AI Services"."""
    number = door.call("ai.engine.register", ENGINE).result

    (row,) = door.call("ai.engine.list", {"filter": {"=CATEGORY": "text"}, "limit": 2}).result

    assert {"id": number, "app_code": "webhook", **ENGINE} == {
        key: value for key, value in row.items() if key != "date_create"
    }
    assert isinstance(row["date_create"], int)


def test_unregister_removes_by_code(door: Door) -> None:
    """Afterwards the list is empty."""
    door.call("ai.engine.register", ENGINE)

    assert door.call("ai.engine.unregister", {"code": "acme_gpt"}).result is True

    assert [] == door.call("ai.engine.list").result


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"name": None}, "ENGINE_REGISTER_ERROR_NAME"),
        ({"code": ""}, "ENGINE_REGISTER_ERROR_CODE"),
        ({"code": "a b"}, "ENGINE_REGISTER_ERROR_CODE_FORMAT"),
        ({"category": ""}, "ENGINE_REGISTER_ERROR_CATEGORY"),
        ({"category": "video"}, "ENGINE_REGISTER_ERROR_CATEGORY_FORMAT"),
        ({"completions_url": None}, "ENGINE_REGISTER_ERROR_COMPLETIONS_URL"),
        ({"completions_url": "nowhere"}, "ENGINE_REGISTER_ERROR_COMPLETIONS_URL_FAIL"),
        ({"settings": "x"}, "ENGINE_REGISTER_ERROR_SETTINGS_FORMAT"),
    ],
)
def test_register_names_what_is_wrong(door: Door, change: dict[str, Any], code: str) -> None:
    """Each parameter has its own code."""
    answer = door.call("ai.engine.register", {**ENGINE, **change})

    assert (400, code) == (answer.status, answer.json["error"])


def test_code_of_another_owner_is_taken(door: Door) -> None:
    """Codes are unique on a portal."""
    door.call("ai.engine.register", ENGINE)

    answer = door.token("ai.engine.register", door.portal.tokens()["access"], ENGINE)

    assert "ENGINE_REGISTER_ERROR_CODE_UNIQUE" == answer.json["error"]
