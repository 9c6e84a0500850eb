"""`sepakat demo --empty` in a folder of its own, for as long as it is needed."""

import contextlib
import json
import pathlib
import subprocess
import sys
import tempfile


@contextlib.contextmanager
def demo(program):
    """Gives the folder (with `data/demo.json` and `log`) and what demo.json says."""
    with tempfile.TemporaryDirectory(prefix="demo") as name:
        folder = pathlib.Path(name)
        command = [program, "demo", "--empty", "--listen", "127.0.0.1:0", "--data-dir", str(folder / "data")]
        with open(folder / "log", "w", encoding="utf-8") as log:
            # Should this script be killed, the demo ends, too.
            running = subprocess.Popen(
                ["setpriv", "--pdeathsig", "TERM", *command], stdout=subprocess.PIPE, stderr=log, text=True
            )
            try:
                line = running.stdout.readline().strip()
                if not line.startswith("ready "):
                    sys.exit(f"the demo did not start: {line}\n{(folder / 'log').read_text()}")
                yield folder, json.loads((folder / "data" / "demo.json").read_text())
            finally:
                running.terminate()
                running.wait(20)
