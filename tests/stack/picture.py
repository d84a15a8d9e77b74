"""Draws the dashboards of the documents while a crisis goes by on the real stack: python -m tests.stack.picture
docs/images [MINUTES]
"""

import sys
import tempfile
import threading
from pathlib import Path

from dashboards import draw
from tests.stack.crisis import BRANDS, Stack, the_stack, with_stars
from tests.stories.daemon import a_crisis, eventually

PACE = 2.0
"""Seconds between two handfuls of mentions."""


def trickle(stack: Stack, minutes: float) -> None:
    """Everyday talk; Acme burns from a third of the time on, Zeta simmers from half, and Ana takes Acme at two
    thirds.
    """
    for seed, brand in enumerate(BRANDS, 3):
        stack.send(with_stars(a_crisis(seed, minutes=0, brand=brand), 5))
    steps, pause, taken = int(minutes * 60 / PACE), threading.Event(), False
    for step in range(steps):
        for number, brand in enumerate(BRANDS[:2]):
            seed = 1000 + 2 * step + number
            stack.send(with_stars(a_crisis(seed, days=0.3, minutes=0, brand=brand)[-1:], 5))
            begun = step / steps - (1 / 3, 1 / 2)[number]
            if begun > 0 and (number == 0 or step % 4 == 0):
                most = (2 + int(begun * 20), 1)[number]
                stack.send(with_stars(a_crisis(seed, days=0, brand=brand)[-9:][:most], 1))
        if not taken and step > steps * 2 / 3 and (incident := stack.open_incident("Acme")):
            stack.act(incident["id"], "ack", "ana")
            taken = True
        pause.wait(PACE)
    eventually(
        lambda: stack.prometheus.values("sentinel_incident_acknowledge_seconds", "contact").get("ana"), "Ana has it"
    )


def main(folder: Path, minutes: float) -> None:
    with tempfile.TemporaryDirectory() as place, the_stack(Path(place)) as stack:
        trickle(stack, minutes)
        for name, brand in (("wall", ".*"), ("brand", "Acme"), ("operations", ".*")):
            draw.main([stack.prometheus.url, name, str(folder / f"dashboard-{name}.png"), str(minutes), brand])


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) > 2 else 5)
