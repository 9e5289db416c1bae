"""Every folder of a family is loaded."""

from __future__ import annotations

from importlib.resources import files

from b24bridge.sandbox import families


def test_every_family_folder_is_in_the_table() -> None:
    """A family that nobody loads answers as a missing method."""
    folders = {entry.name for entry in files(families).iterdir() if entry.joinpath("wire.py").is_file()}

    assert folders == set(families.FAMILIES)
