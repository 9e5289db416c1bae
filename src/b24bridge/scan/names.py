"""Names that mean something in one project: copies and subclasses of CRest, and wrappers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

__all__ = ["ADDRESS", "Forward", "Names", "Summary", "Wrapper", "close", "words_in"]

# What a function forwards that sends a request to the address it is given.
ADDRESS = "http.address"
_MAX_HOPS = 3
# Bytes beyond ASCII are letters of some alphabet, whatever the file's encoding.
_WORD = re.compile(rb"[\w\x80-\xff]+")


@dataclass(frozen=True, slots=True)
class Forward:
    """A call that hands a parameter of an enclosing function on.

    Attributes:
        name: The enclosing function.
        cls: Its class, or an empty string.
        index: Place of the parameter in the enclosing function.
        api: The interface that gets it as the REST method or the commands, or empty.
        callee: Otherwise the function that gets it.
        callee_cls: The class of that function if known.
        position: Place of the parameter in that call.
        language: ``php`` or ``js``.
        pages: Whether all pages are read there.
        is_guess: Whether only the project's calls can tell that it is a REST method.
        is_batch: Whether it is the commands of a batch that is sent by its method's name.
    """

    name: str
    cls: str
    index: int
    api: str
    callee: str
    callee_cls: str
    position: int
    language: str
    pages: bool = False
    is_guess: bool = False
    is_batch: bool = False

    @property
    def key(self) -> tuple[str, str, int]:
        """Language, name and place of the parameter."""
        return self.language, self.name.lower() if self.language == "php" else self.name, self.index

    @property
    def target(self) -> tuple[str, str, int]:
        """The same of what gets it."""
        name = self.callee.lower() if self.language == "php" else self.callee
        return self.language, name, self.position


@dataclass(frozen=True, slots=True)
class Wrapper:
    """A function of the project that forwards its own parameter as the REST method."""

    name: str
    cls: str
    index: int
    via: str
    is_batch: bool
    language: str
    pages: bool = False
    is_guess: bool = False


@dataclass(frozen=True, slots=True)
class Summary:
    """What one file tells the project.

    Attributes:
        path: The file.
        copies: Classes that are the SDK itself.
        classes: Name and parent of each class.
        forwards: Candidates for wrappers.
        constants: Texts by the name of a constant.
        is_sdk: Whether the file is a copy of an SDK.
        uses_jssdk: Whether B24JsSDK is imported.
        extensions: Functions that the project adds to ``BX24``.
        getters: Functions that return ``BX24``.
        rest_senders: Class and name of functions called with an address of a portal.
        named: Language, name and place of arguments of calls that are given a method of the catalogue.
        has_sites: Whether it uses an interface that needs no wrapper.
        sent: Functions that were taken for a request without an SDK, in lower case.
    """

    path: str
    copies: tuple[str, ...] = ()
    classes: tuple[tuple[str, str], ...] = ()
    forwards: tuple[Forward, ...] = ()
    constants: tuple[tuple[str, str], ...] = ()
    is_sdk: bool = False
    uses_jssdk: bool = False
    extensions: tuple[str, ...] = ()
    getters: tuple[str, ...] = ()
    rest_senders: tuple[tuple[str, str], ...] = ()
    named: tuple[tuple[str, str, int], ...] = ()
    has_sites: bool = False
    sent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """Names learnt in one round.

    Attributes:
        words: Words of classes, constants and functions that a file must hold to meet them.
        senders: Functions that send a request to the address they are given, in lower case.
        wrappers: Those and all other wrappers.
        scopes: Class and name of functions that are called with an address of a portal.
        uses_jssdk: Whether B24JsSDK came to be known.
    """

    words: frozenset[bytes]
    senders: frozenset[str]
    wrappers: frozenset[str]
    scopes: frozenset[tuple[str, str]]
    uses_jssdk: bool


def words_in(text: bytes) -> set[bytes]:
    """Return the words of a text or a name, in lower case."""
    return set(_WORD.findall(text.lower()))


@dataclass(slots=True)
class Names:
    """Names of the whole tree.

    Attributes:
        crest: CRest, its copies and subclasses, in lower case.
        subclasses: Those of them that extend another, in lower case.
        parents: Parent by class, in lower case.
        wrappers: Wrappers by name; PHP names in lower case.
        constants: Text by name, where all definitions agree.
        uses_jssdk: Whether a file of the tree imports B24JsSDK.
        extensions: Functions that the project adds to ``BX24``.
        getters: Functions that return ``BX24``.
        rest_senders: Class and name of functions called with an address of a portal.
        unexplained: Functions that are given methods of the catalogue and are not found yet.
    """

    crest: set[str] = field(default_factory=lambda: {"crest"})
    subclasses: set[str] = field(default_factory=set)
    parents: dict[str, str] = field(default_factory=dict)
    wrappers: dict[tuple[str, str], list[Wrapper]] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    uses_jssdk: bool = False
    extensions: set[str] = field(default_factory=set)
    getters: set[str] = field(default_factory=set)
    rest_senders: set[tuple[str, str]] = field(default_factory=set)
    unexplained: set[str] = field(default_factory=set)

    @property
    def size(self) -> tuple[int, ...]:
        """Number of names of each kind: it grows while more is learnt."""
        wrappers = sum(len(group) for group in self.wrappers.values())
        found = len(self.crest), wrappers, len(self.getters), len(self.rest_senders)
        return (*found, len(self.unexplained))

    @property
    def called(self) -> frozenset[str]:
        """Names of all wrappers, in lower case."""
        return frozenset(name.lower() for _, name in self.wrappers)

    def changed_since(self, before: Names) -> Change:
        """Return by what a file may meet the names that were learnt since."""
        words: set[bytes] = set()
        for name in self._words() ^ before._words():
            words |= words_in(name[0].encode())
        wrappers = self.forwarding ^ before.forwarding
        senders = {wrapper.name.lower() for wrapper in wrappers if wrapper.via == ADDRESS}
        if self.parents != before.parents:
            senders |= {wrapper.name.lower() for wrapper in self.forwarding if wrapper.via == ADDRESS}
        return Change(
            frozenset(words),
            frozenset(senders),
            frozenset(wrapper.name.lower() for wrapper in wrappers),
            frozenset(self.rest_senders ^ before.rest_senders),
            self.uses_jssdk != before.uses_jssdk,
        )

    def _words(self) -> set[tuple[str, ...]]:
        told: set[tuple[str, ...]] = {(name, "class") for name in self.crest | self.subclasses}
        # Of the texts of constants only parts of an address tell the first pass something.
        told |= {(name, "constant", text) for name, text in self.constants.items() if "/" in text}
        return told | {(name, "added") for name in self.extensions | self.getters}

    @property
    def forwarding(self) -> set[Wrapper]:
        """All wrappers."""
        return {wrapper for group in self.wrappers.values() for wrapper in group}

    def wrappers_named(self, name: str, language: str) -> list[Wrapper]:
        """Return the wrappers with a name."""
        return self.wrappers.get((language, name.lower() if language == "php" else name), [])

    def is_a(self, cls: str, ancestor: str) -> bool:
        """Whether a class is another one or extends it, ignoring case."""
        name = cls.lower()
        for _ in range(10):
            if name == ancestor.lower():
                return True
            name = self.parents.get(name, "")
        return False


def close(summaries: Iterable[Summary]) -> Names:
    """Return the names of a project from what its files tell."""
    kept = list(summaries)
    names = Names()
    constants: dict[str, set[str]] = {}
    for summary in kept:
        names.crest.update(name.lower() for name in summary.copies)
        names.extensions.update(summary.extensions)
        names.getters.update(summary.getters)
        names.rest_senders.update(summary.rest_senders)
        names.uses_jssdk = names.uses_jssdk or summary.uses_jssdk
        for name, text in summary.constants:
            constants.setdefault(name, set()).add(text)
        for name, parent in summary.classes:
            if name and parent:
                names.parents.setdefault(name.lower(), parent.lower())
    names.constants = {name: next(iter(texts)) for name, texts in constants.items() if len(texts) == 1}
    _close_classes(names, kept)
    forwards = [forward for summary in kept if not summary.is_sdk for forward in summary.forwards]
    named = _named(kept, forwards)
    names.unexplained = {key[1] for key in named - {forward.key for forward in forwards}}
    forwards = [forward for forward in forwards if not forward.is_guess or forward.key in named]
    for _ in range(_MAX_HOPS):
        if not _close_wrappers(names, forwards):
            break
    return names


def _named(summaries: list[Summary], forwards: list[Forward]) -> set[tuple[str, str, int]]:
    """Return the parameters that get methods of the catalogue, by hand or from such a parameter."""
    named = {use for summary in summaries for use in summary.named}
    for _ in range(_MAX_HOPS):
        named |= {forward.target for forward in forwards if forward.callee and forward.key in named}
    return named


def _close_classes(names: Names, summaries: list[Summary]) -> None:
    changed = True
    while changed:
        changed = False
        for summary in summaries:
            for name, parent in summary.classes:
                key = name.lower()
                is_new = bool(name) and key not in names.subclasses and key != parent.lower()
                if is_new and parent.lower() in names.crest:
                    names.subclasses.add(key)
                    names.crest.add(key)
                    changed = True


def _close_wrappers(names: Names, forwards: list[Forward]) -> bool:
    added = False
    for forward in forwards:
        pages = forward.pages
        guess = forward.is_guess
        via, is_batch = forward.api, forward.is_batch or forward.api.endswith(("Batch", ".batch"))
        if not via:
            behind = next(
                (
                    wrapper
                    for wrapper in names.wrappers_named(forward.callee, forward.language)
                    if wrapper.index == forward.position
                    and (not forward.callee_cls or names.is_a(forward.callee_cls, wrapper.cls))
                ),
                None,
            )
            if behind is None:
                continue
            via, is_batch, guess = behind.via, behind.is_batch, behind.is_guess
            pages = pages or behind.pages
        wrapper = Wrapper(
            forward.name, forward.cls, forward.index, via, is_batch, forward.language, pages, guess
        )
        known = names.wrappers.setdefault(forward.key[:2], [])
        if all((k.cls, k.index, k.is_batch) != (wrapper.cls, wrapper.index, wrapper.is_batch) for k in known):
            known.append(wrapper)
            added = True
    return added
