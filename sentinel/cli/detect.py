"""``sentinel detect``: the detector on one series in a CSV file, row by row."""

import csv
import math
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from sentinel.config.explain import unknown
from sentinel.errors import BadInput
from sentinel.registry import discover


def detect(
    file: Annotated[str, typer.Argument(metavar="FILE.csv", help="Columns timestamp,value; - is standard input.")],
    detector: Annotated[
        str, typer.Option(metavar="NAME", help="An anomaly detector of `sentinel plugins`, in place of ours.")
    ] = "multiscale_peaks",
) -> None:
    """Print every row of a series with its anomaly score, and 1 where a new alert starts.

    Rows may stand for minutes or for weeks. While the series is young it says so on standard error: nothing of the
    first eight rows, of the next ones only what is far beyond everything before.

    Row n depends on the rows up to n only. Rows that cannot be read are named, printed without a score, and make the
    exit code 1.
    """
    from river.base import AnomalyDetector

    from sentinel.detectors.hold import Hold
    from sentinel.detectors.multiscale_peaks import MultiscalePeaks
    from sentinel.detectors.peaks import NEEDED

    found = discover("sentinel.detectors", AnomalyDetector)
    if detector not in found:
        raise BadInput(f"--detector: {unknown(detector, found, 'anomaly detector')}")
    peaks, hold = found[detector](), Hold()
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["timestamp", "value", "anomaly_score", "alert"])
    newest: datetime | None = None
    damaged, read = False, 0
    for line, stamp, text in _rows(file):
        try:
            at, value = _read(stamp, text, newest)
        except ValueError as error:
            typer.echo(f"{file}:{line}: {error}", err=True)
            out.writerow([stamp, text, "", 0])
            damaged = True
            continue
        row = {"value": value}
        if newest is not None and isinstance(peaks, MultiscalePeaks):
            row["minutes"] = (at - newest) / timedelta(minutes=1)
        newest, read = at, read + 1
        score = peaks.score_one(row)
        peaks.learn_one(row)
        out.writerow([stamp, text, f"{score:.6f}", int(hold.starts(at, score))])
    if isinstance(peaks, MultiscalePeaks) and peaks.early:
        known = "nothing can be said yet" if peaks.warming else "only what is far beyond everything before is told"
        typer.echo(f"{file}: still warming up with {read} of {NEEDED} rows: {known}", err=True)
    if damaged:
        raise typer.Exit(1)


def _rows(file: str) -> Iterator[tuple[int, str, str]]:
    """Line, timestamp and value as they stand."""
    try:
        stream = sys.stdin if file == "-" else Path(file).open(encoding="utf-8-sig", newline="")  # noqa: SIM115 closed by the `with` below
    except FileNotFoundError:
        raise BadInput(f"{file}: no such file") from None
    except OSError as error:
        raise BadInput(f"{file}: {error.strerror}") from None
    with stream:
        try:
            rows = csv.reader(stream)
            header = [name.strip().lower() for name in next(rows, [])]
            if "timestamp" not in header or "value" not in header:
                raise BadInput(f"{file}:1: the header is {','.join(header) or 'missing'}; expected timestamp,value")
            stamp, value = header.index("timestamp"), header.index("value")
            for row in rows:
                if row:
                    yield rows.line_num, row[stamp] if stamp < len(row) else "", row[value] if value < len(row) else ""
        except UnicodeDecodeError as error:
            raise BadInput(f"{file}: byte {error.start} is not UTF-8; save the file as UTF-8") from None
        except csv.Error as error:
            raise BadInput(f"{file}: no CSV: {error}") from None


def _read(stamp: str, text: str, newest: datetime | None) -> tuple[datetime, float]:
    """The row's instant and value, or a ValueError that names what is wrong."""
    try:
        at = datetime.fromisoformat(stamp.strip())
    except ValueError:
        raise ValueError(f"timestamp {stamp!r} is no date and time; expected 2026-08-20 10:15:30") from None
    if newest is not None and (at.tzinfo is None) != (newest.tzinfo is None):
        raise ValueError(f"timestamp {stamp!r} mixes times with and without a zone; use one form")
    if newest is not None and at < newest:
        raise ValueError(f"timestamp {stamp!r} is earlier than the row before; sort the rows")
    try:
        value = float(text)
    except ValueError:
        raise ValueError(f"value {text!r} is no number") from None
    if not math.isfinite(value):
        raise ValueError(f"value {text!r} is not finite")
    return at, value
