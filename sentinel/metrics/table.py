"""One metric with labels as a table of cells; beside the flow, read by Prometheus whenever it likes.

The client library makes an object with a lock for every series and writes each line anew from its parts. With five
thousand brands that is a second of every scrape during which nothing is folded. A cell here keeps the beginning of its
line, and a scrape only adds numbers.
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice

from prometheus_client import CollectorRegistry
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

Labels = tuple[str, ...]
PIECE = 20_000
"""Lines written before others on the event loop may have a turn: some tens of milliseconds."""
BRAND = "brand"
"""The label by which a series is of one brand."""


class Cell:
    """One series: where its line begins, and its value now."""

    __slots__ = ("_line", "value")

    def __init__(self, line: str, value: float) -> None:
        self._line = line
        self.value = value

    def set(self, value: float) -> None:
        """It is this much now."""
        self.value = float(value)

    def inc(self, amount: float = 1.0) -> None:
        """It is so much more."""
        self.value += amount

    def line(self) -> str:
        """As both text formats write it."""
        value = self.value
        return f"{self._line}{value!r}\n" if value == value else f"{self._line}NaN\n"


class Table:
    """The declared cells of one metric. Labels nobody declared have none: what a reload took away must not come back.

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
        self._cells: dict[Labels, Cell] = {}

    def declare(self, wanted: Iterable[Labels], start: float = 0.0) -> None:
        """Make what is new, at ``start``, and remove what is no longer wanted."""
        known, self._cells = self._cells, {}
        for values in wanted:
            self._cells[values] = known.get(values) or Cell(self._line(values), start)

    def get(self, *values: str) -> Cell | None:
        """The cell of these labels, if it was declared."""
        return self._cells.get(values)

    def move(self, old: Labels, new: Labels) -> None:
        """The series goes on under other labels: of all that one label may say, one is true at a time."""
        if old in self._cells and new not in self._cells:
            self._cells[new] = Cell(self._line(new), self._cells.pop(old).value)

    def __len__(self) -> int:
        """How many series."""
        return len(self._cells)

    def _line(self, values: Labels) -> str:
        shown = ",".join(
            f'{name}="{_escaped(value)}"' for name, value in sorted(zip(self._labels, values, strict=True))
        )
        return f"{self._sample}{{{shown}}} "

    def text(self, *, modern: bool, brands: Collection[str] | None = None) -> Iterator[str]:
        """Its lines; ``modern`` is OpenMetrics. Where brands are named, the series that name one of them."""
        if brands is not None and BRAND not in self._labels:
            return
        name = self.name if modern else self._sample
        yield f"# HELP {name} {self._help}\n# TYPE {name} {self.kind}\n"
        for cell in list(self._cells.values() if brands is None else self._of(brands)):  # they may change meanwhile
            yield cell.line()

    def _of(self, brands: Collection[str]) -> Iterator[Cell]:
        place = self._labels.index(BRAND)
        return (cell for values, cell in self._cells.items() if values[place] in brands)

    def family(self) -> Metric:
        """The same as the client library has it."""
        made = CounterMetricFamily if self.kind == "counter" else GaugeMetricFamily
        family = made(self.name, self._help, labels=self._labels)
        for values, cell in self._cells.items():
            family.add_metric(values, cell.value)
        return family


class Tables(Collector):
    """Every table of one registry."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._tables: list[Table] = []
        self._apart = False
        registry.register(self)

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
            yield from (table.family() for table in self._tables)

    @contextmanager
    def apart(self) -> Iterator[None]:
        """Meanwhile the registry shows what is no table."""
        self._apart = True
        try:
            yield
        finally:
            self._apart = False

    def text(self, *, modern: bool, brands: Collection[str] | None = None) -> Iterator[str]:
        """All tables, as quickly as may be, in pieces of so many lines; or of each what is of these brands."""
        lines = (line for table in self._tables for line in table.text(modern=modern, brands=brands))
        while piece := "".join(islice(lines, PIECE)):
            yield piece


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
