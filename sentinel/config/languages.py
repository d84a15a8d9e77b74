"""Languages: what one that people read in has to have, and what of it is missing. A language is data: nothing else
lists what it needs.
"""

from collections.abc import Iterable, Iterator
from importlib.resources import files
from itertools import groupby

from sentinel.config.base import Language
from sentinel.config.schema import Config
from sentinel.config.tree import Key
from sentinel.phrases.phrases import REFERENCE, lacking
from sentinel.playbooks.playbook import Playbook

WORD_LISTS = {
    "sentinel.sentiment.lexicon": "{}",
    "sentinel.signals.lexicon": "{}.yaml",
    "sentinel.matching": "words/{}.txt",
}
"""Package to the file, or the folder of files, that a language has in it: its moods, its grave words, its everyday
words."""


def missing_of_languages(config: Config, playbooks: Iterable[Playbook]) -> Iterator[tuple[Key, str]]:
    """What each language lacks that people of this configuration read in, as (place, sentence), once a language."""
    known = {(playbook.name, playbook.language) for playbook in playbooks}
    seen: set[str] = set()
    for place, language in _spoken(config):
        if language not in seen:
            seen.add(language)
            yield from ((place, f"{language.value!r} lacks {what}") for what in missing_of(language, known))


def missing_of(language: str, playbooks: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Each phrase, playbook and word list that a language lacks, and what happens meanwhile.

    Parameters
    ----------
    playbooks
        Name and language of those there are.
    """
    for file, keys in groupby(lacking(language), key=lambda key: key.partition(".")[0]):
        names = ", ".join(keys)
        yield f"the phrases {names}; they are said in English until {language}/{file}.yaml has them"
    known = set(playbooks)
    if absent := sorted({name for name, spoken in known if spoken == REFERENCE and (name, language) not in known}):
        yield f"the playbooks {', '.join(absent)}; write {language}/NAME.md, others stand in for them until then"
    if lists := [each for each in word_lists(language) if not _is_there(*each)]:
        names = ", ".join("/".join((package.replace(".", "/"), path)) for package, path in lists)
        yield f"the word lists {names}; what is written in it is heard less well until they are there"


def word_lists(language: str) -> list[tuple[str, str]]:
    """Package and path of each word list of a language, whether it is there or not."""
    return [(package, path.format(language)) for package, path in WORD_LISTS.items()]


def _is_there(package: str, path: str) -> bool:
    found = files(package).joinpath(path)
    return found.is_file() or found.is_dir()


def _spoken(config: Config) -> Iterator[tuple[Key, Language]]:
    yield ("language",), config.language
    for name, contact in config.contacts.items():
        if contact.language is not None:
            yield ("contacts", name, "language"), contact.language
    for position, report in enumerate(config.reports):
        if report.language is not None:
            yield ("reports", position, "language"), report.language
