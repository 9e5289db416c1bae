"""Contracts: what a module asked and got, recorded, replayed, and compared between its two paths."""

from b24bridge.contract.cassettes import (
    About,
    Cassette,
    SecretLeft,
    find_cassette,
    load_cassette,
    save_cassette,
)
from b24bridge.contract.exchanges import Exchange, Tally, Witness, as_answers, effects, tally
from b24bridge.contract.modules import Module, load_module, run
from b24bridge.contract.record import Recording, known_secrets, record
from b24bridge.contract.replay import NotRecorded, ReplayPortal
from b24bridge.contract.verify import Verification, verify_cassette, verify_on_data

__all__ = [
    "About",
    "Cassette",
    "Exchange",
    "Module",
    "NotRecorded",
    "Recording",
    "ReplayPortal",
    "SecretLeft",
    "Tally",
    "Verification",
    "Witness",
    "as_answers",
    "effects",
    "find_cassette",
    "known_secrets",
    "load_cassette",
    "load_module",
    "record",
    "run",
    "save_cassette",
    "tally",
    "verify_cassette",
    "verify_on_data",
]
