"""Module ``time-modular``: the report of ``time`` after the team's own refactoring."""
