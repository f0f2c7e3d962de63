"""`make bench`: every benchmark, each figure beside what is asked of it.

`--long` (`make bench LONG=1`) takes the long form of those that have one: the tests of crashes and of load, at their
full size.

The service is a real one in a process of its own, asked over one kept connection. Times are medians; other work on
the machine makes them longer, so the load is told with them.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import (
    bench_answers,
    bench_crash,
    bench_indexing,
    bench_indexing_kills,
    bench_ledger,
    bench_load,
    bench_local,
    bench_recording,
    bench_retrieval,
    bench_search,
    bench_start,
)
from benchmarks.service import Figure

Benchmark = Callable[[Path], Iterator[Figure]]
BENCHMARKS: dict[str, Benchmark] = {
    "start": bench_start.measure,
    "recording": bench_recording.measure,
    "search": bench_search.measure,
    "indexing": bench_indexing.measure,
    "retrieval": bench_retrieval.measure,
    "answers": bench_answers.measure,
    "local": bench_local.measure,
    "ledger": bench_ledger.measure,
    "load": bench_load.measure,
    "crash": bench_crash.measure,
    "indexing-kills": bench_indexing_kills.measure,
}
LONG: dict[str, Benchmark] = {
    "search": bench_search.measure_long,
    "indexing": bench_indexing.measure_long,
    "ledger": bench_ledger.measure_long,
    "load": bench_load.measure_long,
    "crash": bench_crash.measure_long,
    "indexing-kills": bench_indexing_kills.measure_long,
}


def main(arguments: list[str]) -> int:
    """Runs those named, or all of them, with `--long` in their long form. 2 for a name that is none."""
    wanted, known = [name for name in arguments if name != "--long"], BENCHMARKS
    if "--long" in arguments:
        known = BENCHMARKS | LONG
    unknown = [name for name in wanted if name not in BENCHMARKS]
    if unknown:
        print(f"no benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    started, before = time.perf_counter(), os.getloadavg()[0]
    table = Table("what", "measured", "DESIGN.md, section 6")
    with tempfile.TemporaryDirectory(prefix="quantrail-bench-") as folder:
        for name in wanted or BENCHMARKS:
            print(f"{name} …", file=sys.stderr, flush=True)
            for figure in known[name](Path(folder)):
                table.add_row(figure.what, figure.value, figure.goal)
    Console(width=120 if not sys.stdout.isatty() else None).print(table)
    load = f"load {before:.1f} before, {os.getloadavg()[0]:.1f} after, on {os.cpu_count()} cores"
    print(f"{time.perf_counter() - started:.0f} s; {load}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
