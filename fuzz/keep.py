"""Copies from a corpus what is small, up to a size in all: python3 fuzz/keep.py FROM TO [KILOBYTES]

Files of every size up to 4 KiB; a file that names an address or a folder of a machine stays out (tests/house.rs).
"""

import hashlib
import re
import sys
from pathlib import Path

source, target = Path(sys.argv[1]), Path(sys.argv[2])
left = 1024 * int(sys.argv[3]) if len(sys.argv) > 3 else 24 * 1024
refused = re.compile(rb"/(home|root|work|Users|mnt)/|https?://|\.md\b|--(index-url|trusted-host|registry=)")
target.mkdir(parents=True, exist_ok=True)
for old in target.iterdir():
    if re.fullmatch(r"[0-9a-f]{12}", old.name):
        old.unlink()
kept = [data for data in map(Path.read_bytes, source.iterdir()) if 0 < len(data) <= 4096 and not refused.search(data)]
kept.sort(key=lambda data: (len(data), data))
stride = next(n for n in range(1, len(kept) + 2) if sum(map(len, kept[n - 1 :: n])) <= left)
for data in kept[stride - 1 :: stride]:
    (target / hashlib.sha1(data).hexdigest()[:12]).write_bytes(data)
