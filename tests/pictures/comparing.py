"""Compares a picture with a reviewed one, so that another font rasteriser passes and a moved block does not.

Both are made smaller and blurred: edges of letters, which differ between rasterisers, vanish, while words keep their
grey and chips their colour. The worst tile decides, since a lost row is little on a page and much in its tile.
"""

from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageChops, ImageFilter, ImageStat

BLUR = 2.0  # pixels of the stored picture
TILE = 8
MEAN = 1.5  # of 255
ON_PAPER, ON_SCREEN = 26.0, 14.0  # in the worst tile, of 255: thin lines of a PDF depend on its rasteriser


@dataclass(frozen=True, slots=True)
class Difference:
    """How far two pictures are apart: on the whole, and in the worst tile; of 255."""

    mean: float
    worst: float

    def visible(self, most: float) -> bool:
        """Whether a reader would see it, where the worst tile of equal pictures is at most that far apart."""
        return self.mean > MEAN or self.worst > most


def difference(first: Image.Image, second: Image.Image) -> Difference:
    """The difference of two pictures; the greatest there is where their sizes differ by more than a pixel."""
    if any(abs(a - b) > 1 for a, b in zip(first.size, second.size, strict=True)):
        return Difference(255, 255)
    apart = _apart(first, second.resize(first.size))
    tiles = apart.resize((max(1, apart.width // TILE), max(1, apart.height // TILE)), Image.Resampling.BOX)
    whole = apart.resize((1, 1), Image.Resampling.BOX)
    return Difference(_largest(whole), _largest(tiles))


def _apart(first: Image.Image, second: Image.Image) -> Image.Image:
    blurred = [one.convert("RGB").filter(ImageFilter.GaussianBlur(BLUR)) for one in (first, second)]
    return ImageChops.difference(*blurred)


def _largest(picture: Image.Image) -> float:
    return float(max(high for _, high in ImageStat.Stat(picture).extrema))


def compared(made: Image.Image, reviewed: Path, folder: Path, most: float, *, update: bool) -> str:
    """Empty where the picture is as reviewed, else what is wrong and where both lie. `update` writes it instead."""
    if update:
        reviewed.parent.mkdir(exist_ok=True)
        made.save(reviewed, optimize=True)
    if not reviewed.is_file():
        return f"{reviewed.name} is missing; `make golden` writes it"
    with Image.open(reviewed) as stored:
        given = stored.convert("RGB")
    found = difference(given, made)
    if not found.visible(most):
        return ""
    shown = [folder / f"{reviewed.stem}.{what}.png" for what in ("new", "difference")]
    made.save(shown[0])
    _apart(given, made.resize(given.size)).save(shown[1])
    return (
        f"{reviewed.name} differs: mean {found.mean:.1f}, worst tile {found.worst:.1f}; see {shown[0]} and {shown[1]}"
    )
