"""``sentinel classify``, ``train`` and ``evaluate``: use, rebuild and measure the sentiment model from the command
line.
"""

import gzip
import io
import json
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import IO, Annotated, Generic, TypeVar

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table

from sentinel.errors import BadInput
from sentinel.sentiment.language import detect_language
from sentinel.sentiment.model import SentimentModel
from sentinel.sentiment.quality import Quality, measure
from sentinel.sentiment.seed import FILE_NAME, load_seed, pack_seed, unpack_seed
from sentinel.sentiment.sentiment import Label, Sentiment
from sentinel.sentiment.training import Example, Training

_OFF_ONE = 0.02
"""How far rounded probabilities may sum from 1."""
_PROGRESS_AFTER = 2.0
"""Seconds of work before a progress bar appears."""


class _Text(msgspec.Struct, frozen=True):
    """A line to classify."""

    text: str
    id: str | int | None = None
    lang: str | None = None


Chance = Annotated[float, msgspec.Meta(ge=0, le=1)]


class _Labelled(msgspec.Struct, frozen=True):
    """A line to learn from or to be measured on; to learn from, the probabilities that another model gives will do
    for a label.
    """

    text: str
    label: Label | None = None
    lang: str | None = None
    weight: Annotated[float, msgspec.Meta(gt=0, le=1)] = 1.0
    soft: tuple[Chance, Chance, Chance] | None = None

    def __post_init__(self) -> None:
        if self.label is None and self.soft is None:
            raise ValueError(f"a line wants a label, one of {', '.join(Label)}, or the three probabilities `soft`")
        if self.soft is not None and abs(sum(self.soft) - 1.0) > _OFF_ONE:
            raise ValueError(f"`soft` sums to {sum(self.soft):g}: probabilities of {', '.join(Label)} sum to 1")


Line = TypeVar("Line", _Text, _Labelled)
ModelFile = Annotated[
    Path | None, typer.Option("--model", metavar="SEED.bin", help="Other weights than the shipped ones.")
]


def classify(
    file: Annotated[
        Path, typer.Argument(metavar="[FILE.jsonl]", help="Texts, one JSON object a line; - reads standard input.")
    ] = Path("-"),
    model: ModelFile = None,
) -> None:
    """Say negative, neutral or positive of each text: a JSON object a line in, one out, order kept."""
    chosen = _model(model)
    out = sys.stdout
    with ExitStack() as stack:
        lines = _Lines(stack, file, _Text)
        for line in lines:
            language, said = chosen.classify(line.text, line.lang)
            answer = {"id": line.id, "lang": language, "label": said.label.value} | _rounded(said)
            out.write(json.dumps(answer, separators=(",", ":")) + "\n")
            if lines.live:
                out.flush()
    if lines.refused:
        raise typer.Exit(1)


def train(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="LABELLED.jsonl...", help="Lines with text, label (or soft), and optionally lang, weight."
        ),
    ],
    output: Annotated[Path, typer.Option(help="Folder to write the weights into, as seed.bin.")],
) -> None:
    """Train the sentiment weights from labelled texts; the same files in the same order give the same bytes."""
    examples = list(_examples(files))
    if len({example.label for example in examples} - {None}) < len(Label):
        raise BadInput(f"{', '.join(map(str, files))}: training wants texts of all of {', '.join(Label)}")
    training = Training(examples)
    with ExitStack() as stack:
        bar = _Bar(stack, f"training on {len(examples):,} texts", training.total)
        for done in training.passes():
            bar.show(done)
    trained = training.trained
    packed = pack_seed(trained.weights, trained.temperature, trained.temperatures)
    output.mkdir(parents=True, exist_ok=True)
    (output / FILE_NAME).write_bytes(packed)
    console = Console(stderr=True)
    console.print(_table(trained.held_out, "on the fifth held out"))
    told = ", ".join(f"{language} {each:g}" for language, each in trained.temperatures.items())
    console.print(
        f"{output / FILE_NAME}: {len(packed):,} bytes, temperature {trained.temperature:g} ({told})", highlight=False
    )


def evaluate(
    files: Annotated[
        list[Path], typer.Argument(metavar="LABELLED.jsonl...", help="Lines with text, label, and optionally lang.")
    ],
    model: ModelFile = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Measure the sentiment model on labelled texts: macro-F1, F1 of each class, AUC of negative, calibration; for
    each language.
    """
    chosen = _model(model)
    truths: dict[str, list[Label]] = {}
    verdicts: dict[str, list[Sentiment]] = {}
    for example in _examples(files):
        if example.label is None:
            continue
        language = (example.lang or detect_language(example.text)).partition("-")[0]
        for key in (language, "all"):
            truths.setdefault(key, []).append(example.label)
        verdict = chosen.sentiment_of(example.text, example.lang)
        for key in (language, "all"):
            verdicts.setdefault(key, []).append(verdict)
    if not truths:
        raise BadInput(f"{', '.join(map(str, files))}: no labelled text to measure on")
    quality = {key: measure(truths[key], verdicts[key]) for key in sorted(truths, key=lambda key: (key == "all", key))}
    if as_json:
        sys.stdout.write(json.dumps({key: asdict(each) for key, each in quality.items()}) + "\n")
    else:
        Console().print(_table(quality, "sentiment"))


class _Lines(Generic[Line]):
    """The readable lines of a file, decoded; the others are told of on standard error and counted in ``refused``."""

    def __init__(self, stack: ExitStack, path: Path, kind: type[Line]) -> None:
        self.path = path
        self.live = str(path) == "-"
        self.refused = 0
        self._kind: type[Line] = kind
        self._stream = _open(stack, path)
        self._decoder: msgspec.json.Decoder[Line] = msgspec.json.Decoder(kind)
        self._sized = not self.live and path.suffix != ".gz"
        self._bar = _Bar(stack, str(path), path.stat().st_size if self._sized else None)

    def __iter__(self) -> Iterator[Line]:
        read = 0
        for number, raw in enumerate(self._stream, 1):
            read += len(raw)
            if number % 500 == 0:
                self._bar.show(read)
            if not raw.strip():
                continue
            try:
                line = self._decode(raw)
            except (msgspec.DecodeError, ValueError, RecursionError) as error:
                self.refused += 1
                sys.stderr.write(f"{self.path}:{number}: {error}\n")
            else:
                yield line

    def _decode(self, raw: bytes) -> Line:
        try:
            return self._decoder.decode(raw)
        except msgspec.ValidationError:
            raise
        except msgspec.DecodeError:  # half a surrogate pair, which posts cut in the middle of an emoji do hold
            return msgspec.convert(json.loads(raw), self._kind)


def _examples(files: list[Path]) -> Iterator[Example]:
    refused = 0
    with ExitStack() as stack:
        for path in files:
            lines = _Lines(stack, path, _Labelled)
            for line in lines:
                yield Example(line.text, line.label, line.lang, line.weight, None if line.label else line.soft)
            refused += lines.refused
    if refused:
        raise BadInput(f"{refused} lines cannot be read as labelled texts; nothing was done")


def _open(stack: ExitStack, path: Path) -> IO[bytes]:
    if str(path) == "-":
        return sys.stdin.buffer
    try:
        opened = path.open("rb")
    except OSError as error:
        raise BadInput(f"{path}: cannot be read: {error.strerror}") from None
    plain = stack.enter_context(opened)
    return io.BufferedReader(gzip.GzipFile(fileobj=plain)) if path.suffix == ".gz" else plain


def _model(path: Path | None) -> SentimentModel:
    if path is None:
        return load_seed()
    try:
        return unpack_seed(path.read_bytes())
    except OSError as error:
        raise BadInput(f"{path}: cannot be read: {error.strerror}") from None


def _rounded(said: Sentiment) -> dict[str, float]:
    return {"negative": round(said.negative, 6), "neutral": round(said.neutral, 6), "positive": round(said.positive, 6)}


class _Bar:
    """A progress bar on standard error; it appears only at a terminal, and only once the work has taken two seconds."""

    def __init__(self, stack: ExitStack, title: str, total: int | None) -> None:
        self._stack = stack
        self._title = title
        self._total = total
        self._started = time.perf_counter()
        self._console = Console(stderr=True)
        self._progress: Progress | None = None

    def show(self, done: int) -> None:
        """Move to ``done`` of the total."""
        if not self._console.is_terminal or time.perf_counter() - self._started < _PROGRESS_AFTER:
            return
        if self._progress is None:
            self._progress = Progress(
                TextColumn("{task.description}"), BarColumn(), console=self._console, transient=True
            )
            self._stack.enter_context(self._progress)
            self._progress.add_task(self._title, total=self._total)
        self._progress.update(self._progress.task_ids[0], completed=done)


def _table(quality: dict[str, Quality], title: str) -> Table:
    table = Table(
        "language", "texts", "macro-F1", "F1 negative", "F1 neutral", "F1 positive", "AUC negative", "ECE", title=title
    )
    for language, each in quality.items():
        auc = "–" if each.negative_auc is None else f"{each.negative_auc:.3f}"
        figures = (each.macro_f1, each.negative_f1, each.neutral_f1, each.positive_f1)
        table.add_row(
            language, f"{each.texts:,}", *(f"{figure:.3f}" for figure in figures), auc, f"{each.calibration_error:.3f}"
        )
    return table
