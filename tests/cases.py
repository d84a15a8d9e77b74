"""Which cases a run tells of the many that there are: a sample, drawn anew for each commit, or every one.

Where a test has more cases than a quiet quarter of an hour holds, it draws some of them here. The commit's hash is the
seed: the same commit draws the same cases wherever it is tested, the next one others, and days of commits cover them
all. ``SENTINEL_EVERY_CASE=1`` tells every case; ``SENTINEL_CASES_OF=HASH`` draws what another commit drew. What was
drawn from stands at the end of every run.
"""

import os
import subprocess
from functools import cache
from pathlib import Path
from random import Random

EVERY = os.environ.get("SENTINEL_EVERY_CASE", "") not in ("", "0")


@cache
def drawn_of() -> str:
    """The commit that cases are drawn of, shortened; a word where there is no repository."""
    if asked := os.environ.get("SENTINEL_CASES_OF"):
        return asked
    command = ["git", "rev-parse", "--short=12", "HEAD"]
    try:
        ended = subprocess.run(command, cwd=Path(__file__).parent, capture_output=True, text=True, check=False)
    except OSError:
        return "no-commit"
    return ended.stdout.strip() or "no-commit"


def lots(name: str) -> Random:
    """Lots for the test of that name."""
    return Random(f"{drawn_of()} {name}")


def how_many(variable: str, some: int, every: int) -> int:
    """``some``, or ``every`` when every case is asked for; or as many as the environment's ``variable`` says."""
    return int(os.environ.get(variable) or (every if EVERY else some))
