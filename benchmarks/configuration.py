"""What included files and templates cost: sixty brands in ten files, as a multiple of the same brands in one file.

python benchmarks/configuration.py
"""

import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from sentinel.config.loader import KnownPlugins, load

ROUNDS = 7
TEMPLATE = "{own: ['@agency'], match: {languages: [es], none: [concurso]}, thresholds: {alert: 55}}"


def brand(number: int) -> str:
    return f"  - {{name: Marca {number}, template: client, match: {{any: ['marca{number}', '@marca{number}']}}}}\n"


def whole(number: int) -> str:
    return (
        f"  - {{name: Marca {number}, own: ['@agency'], thresholds: {{alert: 55}}, "
        f"match: {{any: ['marca{number}', '@marca{number}'], languages: [es], none: [concurso]}}}}\n"
    )


def fastest(path: Path, known: KnownPlugins) -> float:
    """Seconds of the best of several loads."""
    spent = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        assert len(load(path, {}, known).brands) == 60
        spent.append(time.perf_counter() - begun)
    return min(spent)


def main() -> None:
    known = KnownPlugins.installed()
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "brands").mkdir()
        one, ten = folder / "one.yaml", folder / "ten.yaml"
        one.write_text("brands:\n" + "".join(map(whole, range(60))), encoding="utf-8")
        ten.write_text(f"include: ['brands/*.yaml']\ntemplates: {{client: {TEMPLATE}}}\n", encoding="utf-8")
        for file in range(10):
            text = "brands:\n" + "".join(map(brand, range(file * 6, file * 6 + 6)))
            (folder / "brands" / f"{file}.yaml").write_text(text, encoding="utf-8")
        alone, together = fastest(one, known), fastest(ten, known)
    sys.stdout.write(
        f"configuration  sixty brands: one file {alone * 1000:.0f} ms, ten files by template {together * 1000:.0f} ms, "
        f"{together / alone:.1f} times\n"
    )


if __name__ == "__main__":
    main()
