"""How often decoding returns the text that was written: real pages re-encoded, rightly, wrongly and not declared.

    python bench/decoding_accuracy.py ../shared/data/html-dev [step]

The folder holds `*/pages/*.gz`, pages in UTF-8 (unpack `html-dev.tar` first).  A page is written in every legacy
encoding that can say it and that is used for its script.
"""

from __future__ import annotations

import gzip
import re
import sys
import time
from collections import Counter
from pathlib import Path

from cleaner.decoding import decode

SCRIPTS = {
    "cp1252": r"[À-ÿ]",
    "cp1250": r"[ĄĆĘŁŃŚŹŻąćęłńśźżČĎĚŇŘŠŤŮŽčďěňřšťůžŐőŰű]",
    "cp1251": r"[Ѐ-ӿ]",
    "koi8-r": r"[Ѐ-ӿ]",
    "cp1253": r"[Ͱ-Ͽ]",
    "cp1254": r"[ĞğİıŞş]",
    "cp1255": r"[֐-׿]",
    "cp1256": r"[؀-ۿ]",
    "gb18030": r"[一-鿿]",
    "big5hkscs": r"[一-鿿]",
    "cp932": r"[぀-ヿ]",
    "euc_jp": r"[぀-ヿ]",
    "cp949": r"[가-퟿]",
}
DECLARED = {"right": None, "nothing": "", "utf-8": "utf-8", "iso-8859-1": "iso-8859-1"}
_OWN = re.compile(r"charset\s*=\s*[\"']?[\w-]+", re.IGNORECASE)


def legacy_versions(page: str) -> list[tuple[str, bytes]]:
    """Return the page in the encodings of its script; an English page with curly quotes in windows-1252."""
    letters = [char for char in page if not char.isascii() and char.isalpha()]
    found = []
    for codec, pattern in SCRIPTS.items():
        share = sum(bool(re.match(pattern, char)) for char in letters) / max(1, len(letters))
        try:
            data = page.encode(codec)
        except UnicodeEncodeError:
            continue
        if not data.isascii() and (codec == "cp1252" or share > 0.5):
            found.append((codec, data))
    return found


def main(folder: str, step: int = 3) -> None:
    """Print how many pages come back as they were, by what was declared, and the speed."""
    files = sorted(Path(folder).glob("*/pages/*.gz"))[::step] or sorted(Path(folder).glob("pages/*.gz"))[::step]
    right: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    codecs: Counter[str] = Counter()
    size = seconds = 0.0
    for file in files:
        page = _OWN.sub("", gzip.decompress(file.read_bytes()).decode("utf-8"))
        for codec, data in legacy_versions(page):
            codecs[codec] += 1
            for name, label in DECLARED.items():
                began = time.process_time()
                text = decode(data, codec if label is None else label).text
                seconds += time.process_time() - began
                size += len(data)
                seen[name] += 1
                right[name] += text == page
        seen["utf-8 page, iso-8859-1 declared"] += 1
        right["utf-8 page, iso-8859-1 declared"] += decode(page.encode(), "iso-8859-1").text == page
    print(dict(codecs))
    for name, count in seen.items():
        print(f"declared {name}: {right[name]} of {count}")
    print(f"legacy pages: {size / 1e6 / seconds:.0f} MB/s")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "../shared/data/html-dev", int(sys.argv[2]) if len(sys.argv) > 2 else 3)
