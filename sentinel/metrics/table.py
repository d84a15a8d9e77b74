"""One metric with labels as a table of numbers; beside the flow, read by Prometheus whenever it likes.

The client library makes an object with a lock for every series and writes each line anew from its parts. With five
thousand brands that is a second of every scrape during which nothing is folded. Here a series is a number, and a scrape
fills in lines.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice, product

from prometheus_client import CollectorRegistry
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

Labels = tuple[str, ...]
PIECE = 4_000
"""Lines written before others on the event loop may have a turn: a few milliseconds."""
SETTLED = 500
"""Steps of what is written into tables before they are read, before others have a turn."""
BRAND = "brand"
"""The label by which a series is of one brand."""


class Cell:
    """One series of a table, got anew each time it is set."""

    __slots__ = ("_labels", "_values")

    def __init__(self, values: dict[Labels, float], labels: Labels) -> None:
        self._values = values
        self._labels = labels

    @property
    def value(self) -> float:
        """As it is now."""
        return self._values[self._labels]

    def set(self, value: float) -> None:
        """It is this much now."""
        self._values[self._labels] = float(value)

    def inc(self, amount: float = 1.0) -> None:
        """It is so much more."""
        self._values[self._labels] += amount


class Table:
    """The declared series of one metric. Labels nobody declared have none: what a reload took away must not come back.

    Parameters
    ----------
    name
        Without ``_total``, which counters get where it belongs.
    """

    def __init__(self, kind: str, name: str, help_: str, labels: Labels) -> None:
        self.kind = kind
        self.name = name
        self._help = help_
        self._labels = labels
        self._sample = f"{name}_total" if kind == "counter" else name
        self._values: dict[Labels, float] = {}
        """A number for each series and nothing more: with ten thousand brands there are a quarter of a million."""
        self._brands: frozenset[str] = frozenset()
        self._each: tuple[Labels, ...] | None = None
        """What each of these brands has a series of; ``None`` where series are not declared by brands."""

    def declare(self, wanted: Iterable[Labels], start: float = 0.0) -> None:
        """Make what is new, at ``start``, and remove what is no longer wanted."""
        known = self._values
        self._values = {labels: known.get(labels, start) for labels in wanted}
        self._each = None

    def declare_brands(self, brands: Sequence[str], each: tuple[Labels, ...] = ((),), start: float = 0.0) -> None:
        """The same for series of a brand and what else each brand has; of many brands few come and go, and what stays
        is not touched.
        """
        wanted = frozenset(brands)
        if each == self._each:
            for labels in product(self._brands - wanted, each):
                self._values.pop((labels[0], *labels[1]), None)
            for labels in product((brand for brand in brands if brand not in self._brands), each):
                self._values[(labels[0], *labels[1])] = start
        else:
            self.declare(((brand, *rest) for brand in brands for rest in each), start)
        self._brands, self._each = wanted, each

    def get(self, *labels: str) -> Cell | None:
        """The cell of these labels, if it was declared."""
        return Cell(self._values, labels) if labels in self._values else None

    def move(self, old: Labels, new: Labels) -> None:
        """The series goes on under other labels: of all that one label may say, one is true at a time."""
        if old in self._values and new not in self._values:
            self._values[new] = self._values.pop(old)

    def __len__(self) -> int:
        """How many series."""
        return len(self._values)

    def text(self, shown: "_ShownValues", *, modern: bool, brands: Collection[str] | None = None) -> Iterator[str]:
        """Its lines as it is now, whatever changes while they are read; ``modern`` is OpenMetrics. Where brands are
        named, the series that name one of them. ``shown``: values as they stand in the lines of other tables.
        """
        if brands is not None and BRAND not in self._labels:
            return iter(())
        return self._lines(self._values.copy(), shown, modern, brands)

    def _lines(
        self, values: dict[Labels, float], shown: "_ShownValues", modern: bool, brands: Collection[str] | None
    ) -> Iterator[str]:
        name = self.name if modern else self._sample
        yield f"# HELP {name} {self._help}\n# TYPE {name} {self.kind}\n"
        places = sorted(range(len(self._labels)), key=self._labels.__getitem__)
        shape = ",".join(f'{self._labels[place]}="%s"' for place in places)
        line, in_order = f"{self._sample}{{{shape}}} %s\n", places == sorted(places)
        of_brand = self._labels.index(BRAND) if brands is not None else 0
        for labels, value in values.items():
            if brands is None or labels[of_brand] in brands:
                said = labels if in_order else [labels[place] for place in places]
                yield line % (*map(shown.__getitem__, said), repr(value) if value == value else "NaN")

    def family(self) -> Metric:
        """The same as the client library has it."""
        made = CounterMetricFamily if self.kind == "counter" else GaugeMetricFamily
        family = made(self.name, self._help, labels=self._labels)
        for labels, value in self._values.items():
            family.add_metric(labels, value)
        return family


class Tables(Collector):
    """Every table of one registry."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._tables: list[Table] = []
        self._apart = False
        self._before: list[Callable[[], Iterator[None]]] = []
        registry.register(self)

    def before(self, write: Callable[[], Iterator[None]]) -> None:
        """Have this done, step by step, before anybody reads the tables."""
        self._before.append(write)

    def counter(self, name: str, help_: str, *labels: str) -> Table:
        """A new table of what only grows."""
        return self._add(Table("counter", f"sentinel_{name}", help_, labels))

    def gauge(self, name: str, help_: str, *labels: str) -> Table:
        """A new table of what rises and falls."""
        return self._add(Table("gauge", f"sentinel_{name}", help_, labels))

    def _add(self, table: Table) -> Table:
        self._tables.append(table)
        return table

    def collect(self) -> Iterator[Metric]:
        """For whoever reads the registry by the library's own means."""
        if not self._apart:
            for _ in self._steps():
                pass
            yield from (table.family() for table in self._tables)

    def _steps(self) -> Iterator[None]:
        for write in self._before:
            yield from write()

    @contextmanager
    def apart(self) -> Iterator[None]:
        """Meanwhile the registry shows what is no table."""
        self._apart = True
        try:
            yield
        finally:
            self._apart = False

    def text(self, *, modern: bool, brands: Collection[str] | None = None) -> Iterator[str]:
        """All tables as they are at one instant, in pieces of so many lines; or of each what is of these brands. A
        piece is empty where something had to be written into them first.
        """
        for number, _ in enumerate(self._steps(), 1):
            if number % SETTLED == 0:
                yield ""
        shown = _ShownValues()
        lines = chain.from_iterable([table.text(shown, modern=modern, brands=brands) for table in self._tables])
        while piece := "".join(islice(lines, PIECE)):
            yield piece


class _ShownValues(dict[str, str]):
    """Values of labels as they stand in a line."""

    def __missing__(self, value: str) -> str:
        self[value] = value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
        return self[value]
