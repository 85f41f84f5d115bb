"""What poppler reads and draws of a PDF. pypdf does not follow the two-byte codes of an embedded OpenType font."""

import subprocess
from pathlib import Path

from PIL import Image


def words(content: bytes) -> str:
    """The text without any white space, so that ends of lines do not matter."""
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=content, capture_output=True, check=True)
    return "".join(done.stdout.decode().split())


def drawn(content: bytes, folder: Path, name: str) -> list[Path]:
    """Every page as a picture, `name-1.png` and so on, for eyes."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob(f"{name}-*.png"):
        old.unlink()
    subprocess.run(["pdftoppm", "-r", "80", "-png", "-", folder / name], input=content, capture_output=True, check=True)
    return sorted(folder.glob(f"{name}-*.png"))


def ink(page: Path) -> float:
    """How much of a page is not white, of 1."""
    with Image.open(page) as picture:
        white = picture.convert("L").histogram()[250:]
        return 1 - sum(white) / (picture.width * picture.height)


def not_embedded(content: bytes) -> list[str]:
    """Fonts a reader would have to have himself."""
    done = subprocess.run(["pdffonts", "-"], input=content, capture_output=True, check=True)
    rows = [line.split() for line in done.stdout.decode().splitlines()[2:]]
    return [row[0] for row in rows if row[-5] != "yes"]
