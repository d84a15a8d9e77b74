"""Spelling: which words of a text no dictionary has, by Hunspell and the dictionaries of this machine."""

import asyncio
import importlib.util
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Final, Protocol

FOLDERS: Final = tuple(
    Path(each)
    for each in (
        "/usr/share/hunspell",
        "/usr/share/myspell/dicts",
        "/usr/local/share/hunspell",
        "/opt/homebrew/share/hunspell",
        "/Library/Spelling",
    )
)
"""Where systems keep dictionaries."""
SPOKEN: Final[Mapping[str, tuple[str, ...]]] = {
    "es": ("es_ES", "es_MX", "es"),
    "en": ("en_US", "en_GB", "en"),
    "pt": ("pt_PT", "pt_BR", "pt"),
}
"""Dictionaries of each language; a word that one of them has is right."""
EXPLAINED: Final = 5
"""Words for which others are proposed: each takes up to a fifth of a second."""
PROPOSED: Final = 3
LONGEST: Final = 40
"""Letters; what is longer is no word."""


class _Dictionary(Protocol):
    def spell(self, word: str) -> bool: ...

    def suggest(self, word: str) -> Sequence[str]: ...


class Spelling:
    """Looks words up; dictionaries are read when first asked for, and stay.

    Parameters
    ----------
    folder
        Says where dictionaries are now; ``None`` where the system keeps them.
    """

    def __init__(self, folder: Callable[[], str | None] = lambda: None) -> None:
        self._folder = folder
        self._read: dict[tuple[str | None, str], list[_Dictionary]] = {}
        self._lock = Lock()

    async def misspelt(
        self, language: str, words: Sequence[str], known: Collection[str] = ()
    ) -> dict[str, tuple[str, ...]] | None:
        """Words that no dictionary has, in their order, with what could stand instead.

        Parameters
        ----------
        known
            Words that are right, whatever a dictionary says; case does not count.

        Returns
        -------
        dict or None
            ``None`` where there is no dictionary of the language, or nothing to read it with.
        """
        return await asyncio.to_thread(self._look_up, language, words, {each.casefold() for each in known})

    def _look_up(
        self, language: str, words: Sequence[str], known: Collection[str]
    ) -> dict[str, tuple[str, ...]] | None:
        with self._lock:  # a dictionary is one object of another library
            if not (dictionaries := self._of(language)):
                return None
            wrong = [
                word
                for word in words
                if len(word) <= LONGEST
                and word.casefold() not in known
                and not any(each.spell(word) for each in dictionaries)
            ]
            return {
                word: tuple(dictionaries[0].suggest(word)[:PROPOSED]) if place < EXPLAINED else ()
                for place, word in enumerate(wrong)
            }

    def _of(self, language: str) -> list[_Dictionary]:
        folder = self._folder()
        found = self._read.get((folder, language)) or []
        if not found and importlib.util.find_spec("hunspell"):  # looked for again: they may have come meanwhile
            found = self._read[folder, language] = list(self._opened(folder, language))
        return found

    def _opened(self, where: str | None, language: str) -> Sequence[_Dictionary]:
        from hunspell import Hunspell  # an extra, and slow to import

        found = []
        for folder in FOLDERS if where is None else (Path(where),):
            for name in SPOKEN.get(language, ()):
                if (folder / f"{name}.dic").is_file() and (folder / f"{name}.aff").is_file():
                    found.append(Hunspell(name, hunspell_data_dir=str(folder)))
        return found
