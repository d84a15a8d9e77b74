"""A small disk of one's own, which a test can fill and empty: a tmpfs, where the test may mount one."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


class Disk:
    """Mounted at ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self) -> None:
        """Not one byte more."""
        with (self.folder / "filler").open("ab", buffering=0) as file:
            for size in (2**20, 2**12, 1):
                with pytest.raises(OSError, match="No space left"):
                    while True:
                        file.write(b"x" * size)

    def empty(self) -> None:
        """Somebody has tidied up."""
        (self.folder / "filler").unlink()

    def remount(self, how: str) -> None:
        """``ro`` or ``rw``."""
        subprocess.run(["mount", "-o", f"remount,{how}", str(self.folder)], check=True)


@contextmanager
def a_disk(folder: Path, megabytes: int = 24) -> Iterator[Disk]:
    """A disk of that size while the block runs; the test is skipped where it may not mount one."""
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip(f"a disk to fill wants root: {mounted.stderr.decode().strip()}")
    try:
        yield Disk(folder)
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)
