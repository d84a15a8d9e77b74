"""A sentiment model that classifies each mention once: later passes over the same recording hear what the first one heard."""

from collections.abc import Iterator

from sentinel.sentiment.model import SentimentModel
from sentinel.sentiment.sentiment import Label, Sentiment

Said = tuple[str, Sentiment]


class FirstHearing(SentimentModel):
    """Asks a model, and writes down what it said."""

    def __init__(self, model: SentimentModel) -> None:
        self._model = model
        self.said: list[Said] = []

    def classify(self, text: str, lang: str | None = None) -> Said:
        """What the model says."""
        self.said.append(self._model.classify(text, lang))
        return self.said[-1]

    def learn_one(self, x: str, y: Label | str, *, lang: str | None = None, w: float = 1.0) -> None:  # type: ignore[override]
        """The model learns."""
        self._model.learn_one(x, y, lang=lang, w=w)


class Echo(SentimentModel):
    """Says again what was said, in the same order."""

    def __init__(self, said: list[Said]) -> None:
        self._said: Iterator[Said] = iter(said)

    def classify(self, text: str, lang: str | None = None) -> Said:
        """What was said at this place of the recording."""
        return next(self._said)

    def learn_one(self, x: str, y: Label | str, *, lang: str | None = None, w: float = 1.0) -> None:  # type: ignore[override]
        """Nothing: what it would have taught was already heard."""
