"""Holds the running program against the OpenAPI document that it publishes.

Starts `sepakat demo --empty`, lets its people make real objects, checks every example of the document, and lets
schemathesis call every operation. Fails on an answer that the document does not tell of, and on an operation that
never succeeded: what is only ever refused is not tested.

usage: run.py PATH_OF_SEPAKAT [more arguments for schemathesis]
"""

import json
import os
import pathlib
import re
import subprocess
import sys

import jsonschema_rs

from demo import demo
from scene import make
from world import Portal

HERE = pathlib.Path(__file__).parent

# They need a secret that only a mail or an authenticator app has; the HTTP tests call them.
NEEDS_A_SECRET = {
    "POST /api/v1/auth/verify-email",
    "POST /api/v1/auth/password/reset",
    "POST /api/v1/auth/totp/confirm",
    "POST /api/v1/auth/refresh",
}


def main(program, more):
    with demo(program) as (folder, told):
        portal = Portal(told["url"], told["accounts"])
        wrong = examples(portal.call("GET", "/api/openapi.json"))
        (folder / "scene.json").write_text(json.dumps(make(portal)))
        wrong += schemathesis(portal.url, folder, more)
        wrong += [f"the log of the demo: {line}" for line in internal_errors(folder)]
    for line in wrong:
        print(f"contract: {line}")
    sys.exit(1 if wrong else 0)


def examples(document):
    """Every example must be what its schema says."""
    wrong = []
    components = document["components"]

    def check(where, media):
        for kind, content in media.items():
            if not kind.endswith("json"):
                continue
            validator = jsonschema_rs.Draft202012Validator(
                {**content["schema"], "components": components}, validate_formats=True
            )
            for error in validator.iter_errors(content["example"]):
                wrong.append(f"example of {where}: {'/'.join(map(str, error.instance_path))}: {error.message[:200]}")

    for path, item in document["paths"].items():
        for method, operation in item.items():
            name = f"{method.upper()} {path}"
            check(f"the body of {name}", operation.get("requestBody", {}).get("content", {}))
            for status, answer in operation["responses"].items():
                check(f"{status} of {name}", answer.get("content", {}))
    for name, answer in components["responses"].items():
        check(name, answer["content"])
    return wrong


def schemathesis(url, folder, more):
    environment = {
        **os.environ,
        "SCHEMATHESIS_HOOKS": "hooks",
        "PYTHONPATH": str(HERE),
        "CONTRACT_URL": url,
        "CONTRACT_FOLDER": str(folder),
    }
    command = [
        str(pathlib.Path(sys.executable).parent / "st"),
        "--config-file",
        str(HERE / "schemathesis.toml"),
        "run",
        f"{url}/api/openapi.json",
        *more,
    ]
    done = subprocess.run(command, cwd=folder, env=environment, timeout=2700)
    wrong = [] if done.returncode == 0 else [f"schemathesis ended with {done.returncode}"]
    document_operations = json.loads((folder / "operations.json").read_text())
    answered = {}
    for line in (folder / "answers").read_text().splitlines():
        operation, status = line.rsplit(" ", 1)
        answered.setdefault(operation, {}).setdefault(status, 0)
        answered[operation][status] += 1
    for operation in document_operations:
        seen = answered.get(operation, {})
        print(f"  {operation:<66} " + " ".join(f"{status}:{count}" for status, count in sorted(seen.items())))
        if not any(status.startswith("2") for status in seen) and operation not in NEEDS_A_SECRET:
            wrong.append(f"{operation} never succeeded")
    print(f"contract: {sum(sum(seen.values()) for seen in answered.values())} calls")
    return wrong


def internal_errors(folder):
    text = (folder / "log").read_text()
    return re.findall(r".*(?:internal error|panicked).*", text)[:20]


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
