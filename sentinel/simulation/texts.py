"""The made-up sentences, by language and mood, filled at random from a given generator."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from random import Random

from sentinel.errors import BadInput
from sentinel.quick_yaml import read_yaml


@dataclass(frozen=True, slots=True)
class Texts:
    """One language's sentences."""

    calm: tuple[str, ...]
    crisis: tuple[str, ...]
    places: tuple[str, ...]
    things: tuple[str, ...]
    openings: tuple[str, ...]
    endings: tuple[str, ...]
    praise: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    grave: tuple[str, ...] = ()
    news: tuple[str, ...] = ()

    def say(self, moods: tuple[str, ...], brand: str, rng: Random) -> str:
        """One sentence of a mood about ``brand``."""
        sentence = rng.choice(self.openings) + rng.choice(moods)
        ending = rng.choice(self.endings)
        if ending:
            sentence += ending if sentence[-1] in ".?!" else f".{ending}"
        return sentence.format(
            brand=brand, place=rng.choice(self.places), thing=rng.choice(self.things), n=rng.randint(2, 28)
        )


@cache
def texts(language: str) -> Texts:
    """The sentences of a language.

    Raises
    ------
    BadInput
        When there are none.
    """
    file = files("sentinel.simulation") / "texts" / f"{language}.yaml"
    if not file.is_file():
        raise BadInput(f"no made-up texts in language {language!r}; there are en, es and pt")
    read = read_yaml(file.read_text(encoding="utf-8"))
    return Texts(
        **{
            key: tuple(read[key])
            for key in (
                "calm",
                "crisis",
                "places",
                "things",
                "openings",
                "endings",
                "praise",
                "articles",
                "grave",
                "news",
            )
        }
    )
