"""Files that a log's rotation put aside: which of them stood between what was read and what stands there now.

Blocking: `tail.py` calls it beside the event loop.
"""

import gzip
import os
import re
import zlib
from pathlib import Path

from sentinel.sources.lines import GZIP

_NUMBER = re.compile(r"\.(\d{1,4})(?:\.gz)?$")
MOST = 200
"""Files of a folder that are looked at."""


def put_aside(path: str) -> list[Path]:
    """Every file that a rotation of ``path`` may have made, the oldest first: `x.1`, `x-20261130`, `x-20261130.jsonl`,
    each also gzipped.
    """
    place = Path(path)
    forms = re.compile(
        rf"^(?:{re.escape(place.name)}[.-][\w.:-]+|{re.escape(place.stem)}[.-][\d][\w:-]*{re.escape(place.suffix)}(?:\.gz)?"
        rf"|{re.escape(place.stem)}\.\d{{1,4}}(?:\.gz)?)$"
    )
    found: list[tuple[int, int, Path]] = []
    for each in sorted(place.parent.iterdir())[-MOST * 50 :]:
        if each.name != place.name and forms.match(each.name) and each.is_file():
            number = _NUMBER.search(each.name)
            found.append((each.stat().st_mtime_ns, -int(number[1]) if number else 0, each))
    return [each for _, _, each in sorted(found)][-MOST:]


def head_of(path: Path, size: int) -> bytes:
    """A file's beginning, unpacked; nothing of one that cannot be read."""
    try:
        with path.open("rb") as file:
            packed = file.read(len(GZIP)) == GZIP
        if not packed:
            with path.open("rb") as file:
                return file.read(size)
        with gzip.open(path, "rb") as unpacked:
            return unpacked.read(size)
    except (OSError, EOFError, zlib.error):
        return b""


def inode_of(path: Path) -> int:
    """What names a file whatever it is called; 0 for one that is gone."""
    try:
        return os.stat(path).st_ino
    except OSError:
        return 0
