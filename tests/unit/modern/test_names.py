"""Names in three spellings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from b24bridge.modern.names import split_prefix, to_camel, to_snake, to_upper

VECTORS = json.loads(
    (Path(__file__).parents[2] / "vectors" / "portal" / "crm_item_names.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("pair", VECTORS["upper_to_camel"], ids=lambda pair: pair["upper"])
def test_names_convert_as_the_portal_converts_them(pair: dict[str, str]) -> None:
    """Each measured name goes to camel case and back as on the portal."""
    there = to_camel(pair["upper"])
    back = to_upper(pair["camel"])

    assert (pair["camel"], pair["back"]) == (there, back)


@pytest.mark.parametrize(
    "pair",
    # The portal spoils prefixed names in capitals ("STAGE_ID" -> "S_TA_GE_I_D"); we never send such.
    [
        pair
        for pair in VECTORS["filter_keys_to_upper"]
        if any(map(str.islower, pair["in"])) or pair["in"] == "0"
    ],
    ids=lambda pair: pair["in"],
)
def test_filter_keys_keep_their_prefix(pair: dict[str, str]) -> None:
    """A filter key is its prefix and the converted name."""
    prefix, name = split_prefix(pair["in"])

    assert pair["out"] == prefix + to_upper(name)


@pytest.mark.parametrize(
    ("given", "camel", "upper", "snake"),
    [
        ("created_time", "createdTime", "CREATED_TIME", "created_time"),
        ("createdTime", "createdTime", "CREATED_TIME", "created_time"),
        ("CREATED_TIME", "createdTime", "CREATED_TIME", "created_time"),
        ("uf_crm_7_type_product", "ufCrm7TypeProduct", "UF_CRM_7_TYPE_PRODUCT", "uf_crm_7_type_product"),
        ("parentId140", "parentId140", "PARENT_ID_140", "parent_id_140"),
        ("id", "id", "ID", "id"),
        ("UFO_ID", "ufoId", "UFO_ID", "ufo_id"),
        ("UF_CRM_TASK", "ufCrmTask", "UF_CRM_TASK", "uf_crm_task"),
    ],
)
def test_any_spelling_is_understood(given: str, camel: str, upper: str, snake: str) -> None:
    """One field may be written in three ways."""
    spelled = (to_camel(given), to_upper(given), to_snake(given))

    assert (camel, upper, snake) == spelled
