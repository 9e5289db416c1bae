"""Names of settings for secrets: one name for each distinct value of a tree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from b24bridge.scan.edit import Edit

__all__ = ["Settings", "read_settings"]


@dataclass(slots=True)
class Settings:
    """Gives the second webhook address of a tree another name than the first.

    Attributes:
        values: Value by name, as the environment file has them already; never printed.
    """

    values: dict[str, str] = field(default_factory=dict, repr=False)

    def named(self, edit: Edit) -> Edit:
        """Return the edit with a name that belongs to its value alone."""
        if edit.secret is None:
            return edit
        usual, value = edit.secret
        name = self._name(usual, value)
        text, note = (part.replace(usual, name) for part in (edit.text, edit.note))
        return replace(edit, text=text, note=note, secret=(name, value))

    def _name(self, usual: str, value: str) -> str:
        number, name = 1, usual
        while self.values.setdefault(name, value) != value:
            number += 1
            name = f"{usual}_{number}"
        return name


def read_settings(text: str) -> Mapping[str, str]:
    """Return the settings of an environment file."""
    pairs = (line.partition("=") for line in text.splitlines() if "=" in line and not line.startswith("#"))
    return {name.strip(): value for name, _, value in pairs}
