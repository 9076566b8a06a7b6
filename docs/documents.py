"""Makes docs/documents.png, the picture in README.md: the first two pages of the information letter and the first of
sheet B, from output/samples. Needs pdftoppm (poppler-utils) and Pillow.

    KLARTEXT_BLESS=1 cargo test --test samples    # today's documents, after they were looked at
    python docs/documents.py
"""

import subprocess
import tempfile
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
PAGES = [("letter-info.de.pdf", 1), ("letter-info.de.pdf", 2), ("sheet-b.de.pdf", 1)]
HEIGHT, GAP, GROUND = 640, 14, (216, 220, 224)

with tempfile.TemporaryDirectory() as folder:
    pages = []
    for name, page in PAGES:
        stem = Path(folder) / f"{name}-{page}"
        number = str(page)
        sample = ROOT / "output/samples" / name
        subprocess.run(
            ["pdftoppm", "-r", "110", "-png", "-singlefile", "-f", number, "-l", number, sample, stem],
            check=True,
        )
        image = Image.open(f"{stem}.png").convert("RGB")
        width = round(image.width * HEIGHT / image.height)
        pages.append(image.resize((width, HEIGHT), Image.LANCZOS))

size = (sum(page.width for page in pages) + GAP * (len(pages) + 1), HEIGHT + 2 * GAP)
picture = Image.new("RGB", size, GROUND)
x = GAP
for page in pages:
    picture.paste(page, (x, GAP))
    x += page.width + GAP
picture.quantize(128, method=Image.Quantize.MAXCOVERAGE).save(ROOT / "docs/documents.png", optimize=True)
