"""Runs the tour of docs/api.md against an empty demo, so that it cannot rot.

All its sh blocks are one script. Each line `#> text` must be found in what is printed, in this order.

usage: tour.py PATH_OF_SEPAKAT
"""

import os
import pathlib
import re
import subprocess
import sys

from demo import demo
from world import photo

PAGE = pathlib.Path(__file__).parents[2] / "docs" / "api.md"


def main(program):
    page = PAGE.read_text(encoding="utf-8")
    tour = page[page.index("## A tour") : page.index("## Actions on a request")]
    blocks = re.findall(r"^```sh\n(.*?)^```", tour, re.DOTALL | re.MULTILINE)
    script = "set -euo pipefail\n" + "".join(blocks)
    with demo(program) as (folder, _):
        for number, name in enumerate(("ktp.jpg", "kk.jpg")):
            (folder / name).write_bytes(photo(number))
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=folder,
            env={**os.environ, "DEMO": str(folder / "data" / "demo.json")},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=180,
        )
    if done.returncode != 0:
        sys.exit(f"{done.stdout}\ntour: a command of docs/api.md failed with {done.returncode}")
    at = 0
    wanted = re.findall(r"^#> (.*)$", script, re.MULTILINE)
    for words in wanted:
        found = done.stdout.find(words, at)
        if found < 0:
            sys.exit(f"{done.stdout}\ntour: docs/api.md promises {words!r}, which was not printed in its place")
        at = found + len(words)
    print(f"tour: {len(blocks)} blocks of docs/api.md ran, {len(wanted)} promises are true")


if __name__ == "__main__":
    main(sys.argv[1])
