"""How it stands with the assistant: calls by what became of them, and what they cost."""

from collections.abc import Iterable

from sentinel.metrics.table import Tables


class AssistantFigures:
    """Two counters."""

    def __init__(self, tables: Tables) -> None:
        self._calls = tables.counter("assistant_calls", "Questions to the assistant, by their outcome.", "outcome")
        self._tokens = tables.counter("assistant_tokens", "Tokens of its questions and answers, failed ones too.")
        self._tokens.declare([()])

    def declare(self, outcomes: Iterable[str]) -> None:
        """Every outcome that there is."""
        self._calls.declare((each,) for each in outcomes)

    def called(self, outcome: str, tokens: int) -> None:
        """One call."""
        if (calls := self._calls.get(outcome)) is not None:
            calls.inc()
        if (spent := self._tokens.get()) is not None:
            spent.inc(tokens)
