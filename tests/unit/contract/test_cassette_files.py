"""Cassette files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from b24bridge.contract.cassettes import About, Cassette, find_cassette, load_cassette, save_cassette
from b24bridge.contract.exchanges import Exchange
from b24bridge.errors import ConfigError

FORM = (("content-type", "application/x-www-form-urlencoded"),)


def cassette(body: str = "ID=1", answer: str = '{"result": "Ж"}', status: int = 200) -> Cassette:
    """A cassette with one exchange."""
    one = Exchange(
        "POST",
        "https://portal.example/rest/1/***/user.get.json",
        FORM,
        body.encode(),
        status,
        (),
        answer.encode(),
    )
    about = About(
        "examples.x", {"method": "GET", "body": None}, "2025-12-18T09:00:00Z", "abc", ("time",), "sandbox"
    )
    return Cassette("x", about, (one,))


@pytest.mark.parametrize("suffix", [".json", ".yaml"])
@given(body=st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=40))
def test_written_cassette_reads_back_the_same(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, body: str
) -> None:
    """Requests, answers and what they are about survive both formats."""
    file = tmp_path_factory.mktemp("c") / f"x{suffix}"
    recorded = cassette(answer=body)

    save_cassette(recorded, file)

    assert recorded == load_cassette(file)


def test_yaml_that_would_build_objects_is_refused(tmp_path: Path) -> None:
    """YAML is read by the safe loader only: nothing in a file can run."""
    file = tmp_path / "bad.yaml"
    file.write_text("interactions: !!python/object/apply:os.system ['true']\nversion: 1\n", encoding="utf-8")

    with pytest.raises(ConfigError, match="cannot be read"):
        load_cassette(file)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"interactions": [{}]}', '{"interactions": 3}', "<html>"])
def test_file_that_is_no_cassette_is_told(tmp_path: Path, text: str) -> None:
    """Any broken file ends in a clear error."""
    file = tmp_path / "broken.json"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(ConfigError, match="cannot be read"):
        load_cassette(file)


@pytest.mark.parametrize("repaired", [-1, 2, "x"])
def test_more_exchanges_of_the_new_path_than_there_are_is_told(tmp_path: Path, repaired: object) -> None:
    """A count that cannot be true makes the file unreadable instead of playing less than was recorded."""
    file = tmp_path / "broken.json"
    save_cassette(cassette(), file)
    data = json.loads(file.read_text(encoding="utf-8"))
    data["about"]["repaired"] = repaired
    file.write_text(json.dumps(data), encoding="utf-8")

    with pytest.raises(ConfigError, match="cannot be read"):
        load_cassette(file)


def test_unknown_name_lists_what_exists(tmp_path: Path) -> None:
    """The nearest name comes first."""
    for name in ("time-small", "sector-small"):
        save_cassette(cassette(), tmp_path / f"{name}.json")

    with pytest.raises(ConfigError, match="There are: sector-small, time-small"):
        find_cassette("sector-smal", tmp_path)


def test_name_and_path_both_find_the_file(tmp_path: Path) -> None:
    """A cassette is named by its stem or by its file."""
    save_cassette(cassette(), tmp_path / "a.yaml")

    assert tmp_path / "a.yaml" == find_cassette("a", tmp_path)
    assert tmp_path / "a.yaml" == find_cassette(str(tmp_path / "a.yaml"), tmp_path / "elsewhere")


def test_other_suffix_is_refused(tmp_path: Path) -> None:
    """No format that could hold code is written."""
    with pytest.raises(ConfigError, match=r"\.json"):
        save_cassette(cassette(), tmp_path / "x.pickle")
