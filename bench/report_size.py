"""Measure the report of a finished run: `python bench/report_size.py OUT` prints its size, CPU seconds, peak memory."""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path

from cleaner.report import build_report


def main() -> None:
    out = Path(sys.argv[1])
    began = time.process_time()
    size = build_report(out).stat().st_size
    seconds = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(f"{size / 1e6:.2f} MB, {seconds:.2f} CPU seconds, {peak / 1e6:.0f} MB peak memory")


if __name__ == "__main__":
    main()
