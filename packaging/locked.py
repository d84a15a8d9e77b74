"""The packages that a lock names: versions, digests, and what their metadata say where they are installed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RUNTIME, DEVELOPMENT = ROOT / "requirements.lock", ROOT / "requirements-dev.lock"
_PIN = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)")
_DIGEST = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedPackage:
    """One pinned package; ``digests`` are SHA-256 of the files it may be installed from."""

    name: str
    version: str
    digests: tuple[str, ...]

    @property
    def installed(self) -> Distribution | None:
        """What is installed of it, if anything."""
        try:
            return distribution(self.name)
        except PackageNotFoundError:
            return None


def locked(path: Path) -> Iterator[LockedPackage]:
    """Every package of a lock, in its order."""
    blocks = re.split(r"\n(?=[A-Za-z0-9])", path.read_text(encoding="utf-8"))
    for block in blocks:
        if pin := _PIN.match(block.lstrip()):
            yield LockedPackage(name=pin[1], version=pin[2], digests=tuple(sorted(_DIGEST.findall(block))))
