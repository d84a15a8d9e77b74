"""Each mention is classified once: later passes over the same recording hear what the first one heard."""

from collections.abc import Iterator

from sentinel.engine.classification import Hear
from sentinel.sentiment.sentiment import Sentiment

Reading = tuple[str, Sentiment]


class FirstReading:
    """Writes down what is said, in order."""

    def __init__(self) -> None:
        self.said: list[Reading] = []

    def over(self, hear: Hear) -> Hear:
        """The same classification, written down as it is made."""

        def heard(text: str, lang: str | None) -> Reading:
            self.said.append(hear(text, lang))
            return self.said[-1]

        return heard


class RepeatedReading:
    """Says again what was said, in the same order."""

    def __init__(self, said: list[Reading]) -> None:
        self._said: Iterator[Reading] = iter(said)

    def over(self, _: Hear) -> Hear:
        """What was said at this place of the recording."""
        return lambda text, lang: next(self._said)
