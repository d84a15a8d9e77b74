"""Draws the icons of the installed page out of the figures of ``icon.svg``: ``python packaging/icons.py``."""

from pathlib import Path

from PIL import Image, ImageDraw

STATIC = Path(__file__).parents[1] / "sentinel" / "web" / "static"
LINE = ((5, 17.5), (10.5, 17.5), (13.5, 9.5), (18.5, 23.5), (21.5, 17.5), (27, 17.5))
WIDTH, SIDE, CORNER = 2.6, 32, 7
"""In units of the drawing, which is 32 wide."""
DARK, RED, WHITE = "#17191f", "#ff6b57", "#ffffff"
FINER = 4
"""Drawn so many times larger, so that edges are smooth."""


def icon(size: int, *, ground: str | None, ink: str, corner: float, share: float) -> Image.Image:
    """One icon; the drawing takes this ``share`` of it."""
    large = size * FINER
    image = Image.new("RGBA", (large, large), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    if ground is not None:
        pen.rounded_rectangle((0, 0, large - 1, large - 1), corner * large / SIDE, fill=ground)
    unit, edge = large * share / SIDE, large * (1 - share) / 2
    points = [(edge + x * unit, edge + y * unit) for x, y in LINE]
    pen.line(points, fill=ink, width=round(WIDTH * unit), joint="curve")
    half = WIDTH * unit / 2
    for x, y in (points[0], points[-1]):
        pen.ellipse((x - half, y - half, x + half, y + half), fill=ink)
    return image.resize((size, size), Image.Resampling.LANCZOS)


def main() -> None:
    """Write them all."""
    for size in (192, 512):
        icon(size, ground=DARK, ink=RED, corner=CORNER, share=1).save(STATIC / f"icon-{size}.png", optimize=True)
    icon(180, ground=DARK, ink=RED, corner=0, share=0.86).save(STATIC / "icon-180.png", optimize=True)
    icon(512, ground=DARK, ink=RED, corner=0, share=0.72).save(STATIC / "icon-maskable.png", optimize=True)
    icon(96, ground=None, ink=WHITE, corner=0, share=1).save(STATIC / "badge.png", optimize=True)


if __name__ == "__main__":
    main()
