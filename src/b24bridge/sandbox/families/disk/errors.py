"""How ``disk.*`` refuses."""

from __future__ import annotations

from typing import Any

from b24bridge.sandbox.refusals import Refusal

__all__ = ["bad_parameter", "missing", "name_required", "root_folder", "taken"]


def bad_parameter(position: int | str) -> Refusal:
    """A required parameter is missing or of another type."""
    name = f"{{Parameter #{position}}}" if isinstance(position, int) else position
    return Refusal("ERROR_ARGUMENT", f"Invalid value of parameter {name}")


def missing(number: Any) -> Refusal:
    """There is no drive, folder, file or version of this id."""
    return Refusal("ERROR_NOT_FOUND", f"Could not find entity with id {number}.")


def taken(kind: str) -> Refusal:
    """The folder has something of this name already."""
    return Refusal("DISK_OBJ_22000", f"A {kind} with this name already exists")


def root_folder() -> Refusal:
    """A drive's own folder stays."""
    return Refusal("DISK_OBJ_22000", "Could not delete root folder")


def name_required() -> Refusal:
    """A new file or folder has no name."""
    return Refusal("DISK_BASE_SERVICE_22001", "Error: required parameter NAME (DISK_BASE_SERVICE_22001)")
