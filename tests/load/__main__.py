"""Every benchmark of the project, one after the other: `python -m tests.load [--postgres] [--quick]`.

Each prints its own table and runs in a process of its own, so that none finds anything that another left behind.
`--quick` takes short runs and few rooms, to see that all of them work; figures to quote come without it, from a machine
that does nothing else. It goes on after a benchmark that fails and says at the end which ones did.
"""

import argparse
import subprocess
import sys
import time

# The arguments of each: on PostgreSQL, on SQLite, and when only a short run is wanted.
BENCHMARKS: dict[str, tuple[str, str, str]] = {
    "pages": ("--postgres", "", "--seconds 1"),
    "search": ("--postgres", "", "--rooms 100 --requests 50"),
    "panel": ("--postgres", "", "--requests 2000 --times 5"),
    "feeds": ("--postgres", "", "--feeds 100"),
    "api_lists": ("--postgres", "", "--rooms 100 --requests 20"),
    "api_bookings": ("", "--sqlite", "--seconds 2 --rounds 2"),
    "api_tokens": ("--postgres", "", "--calls 500"),
    "simulation": ("", "", "--rooms 10000 --workers 2"),
}


def main() -> None:
    """Runs them all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--postgres", action="store_true", help="on PostgreSQL servers of their own instead of SQLite")
    parser.add_argument("--quick", action="store_true", help="short runs, to see that all work")
    parser.add_argument("--only", nargs="+", choices=BENCHMARKS, default=list(BENCHMARKS))
    options = parser.parse_args()
    failed = [name for name in options.only if not _run(name, postgres=options.postgres, quick=options.quick)]
    if failed:
        raise SystemExit(f"These did not end well: {', '.join(failed)}.")


def _run(name: str, *, postgres: bool, quick: bool) -> bool:
    on_postgres, on_sqlite, short = BENCHMARKS[name]
    words = [on_postgres if postgres else on_sqlite, short if quick else ""]
    command = ["-m", f"tests.load.{name}", *" ".join(words).split()]
    print(f"\n=== python {' '.join(command)}", flush=True)
    began = time.perf_counter()
    done = subprocess.run([sys.executable, *command], check=False)
    print(f"=== {name}: {time.perf_counter() - began:,.0f} s", flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    main()
