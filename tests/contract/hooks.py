"""What schemathesis cannot know: who calls, which ids exist, which bodies are complete.

Half of the calls that are meant to be valid get real objects; the rest stays as generated. Nothing here is random, so
that a run can be repeated.
"""

import json
import os
import pathlib
import time
import zlib

import schemathesis

from world import Portal, otp, submission

FOLDER = pathlib.Path(os.environ["CONTRACT_FOLDER"])
SCENE = json.loads((FOLDER / "scene.json").read_text())
PORTAL = Portal(os.environ["CONTRACT_URL"], [])
ANSWERS = open(FOLDER / "answers", "a", buffering=1)

# Whoever ends sessions or changes the own account is a resident whom nobody else needs.
SPARE = ("/api/v1/me", "/api/v1/auth/totp")
TURNS = ["resident", "petugas", "lurah", "kepling", "camat", "seklur"]
OFFICE = ["lurah", "camat", "petugas"]


def choice(case, things, salt=""):
    text = f"{salt}{case.operation.label}{case.path_parameters!r}{case.query!r}{case.body!r}"
    return things[zlib.crc32(text.encode("utf-8", "surrogatepass")) % len(things)]


def role_of(case):
    path = case.operation.path
    if path == "/api/v1/auth/step-up":
        return "lurah"
    if path == "/api/v1/auth/logout":
        return f"fresh {next(COUNT)}"
    if path.startswith(SPARE):
        return "spare"
    if path.startswith(("/api/v1/officers", "/api/v1/reports", "/api/v1/register")):
        return choice(case, OFFICE, "who")
    return choice(case, TURNS, "who")


def counter():
    number = 0
    while True:
        number += 1
        yield number


COUNT = counter()
RENEWED = {}


@schemathesis.auth(cache_by_key=lambda case, _: role_of(case), refresh_interval=None)
class Login:
    def get(self, case, context):
        role = role_of(case)
        if role.startswith("fresh"):
            return PORTAL.token(SCENE["roles"]["spare"])
        return SCENE["token"][role]

    def set(self, case, data, context):
        case.headers = case.headers or {}
        case.headers["Authorization"] = f"Bearer {data}"


def real_parameters(case):
    """Objects that are there, by the name of the parameter and the path."""
    path, names = case.operation.path, case.path_parameters or {}
    real = {}
    request = choice(case, SCENE["requests"], "id")
    for name in names:
        if name == "tracking_code":
            real[name] = choice(case, SCENE["tracking_codes"])
        elif name == "code":
            real[name] = SCENE["letter"] if "/letters/" in path else choice(case, ["SKD", "SKTM", "SKU"])
        elif name == "session_id":
            real[name] = choice(case, SCENE["sessions"])
        elif name == "account_id":
            real[name] = choice(case, [SCENE["me"]["resident"], SCENE["me"]["spare"]])
        elif name == "absence_id":
            real[name] = choice(case, SCENE["absences"])
        elif name == "attachment_id":
            real[name] = choice(case, SCENE["with_attachments"][request])
        elif name == "id" and "/officers/" in path:
            real[name] = SCENE["me"]["lurah"]
        elif name == "id" and path.endswith("/letter"):
            real[name] = SCENE["issued"]
        elif name == "id" and "/requests/" in path:
            real[name] = request
    return real


def real_body(case):
    name = case.operation.label
    if name == "POST /api/v1/requests":
        if SCENE["papers"] and choice(case, [True, False], "paper"):
            return SCENE["papers"].pop()
        return {**submission(), **(case.body if isinstance(case.body, dict) else {})}
    if name == "POST /api/v1/auth/login":
        who = SCENE["roles"]["resident"]
        return {"login": who["login"], "password": who["password"]}
    if name == "POST /api/v1/auth/step-up":
        return {"otp": otp(SCENE["roles"]["lurah"]["totp_secret"], time.time() + 30)}
    return None


def is_valid(case):
    return case.meta is None or case.meta.generation.mode.value == "positive"


@schemathesis.hook
def before_call(context, case, kwargs):
    if not is_valid(case) or not choice(case, [True, False], "real"):
        return
    case.path_parameters = {**(case.path_parameters or {}), **real_parameters(case)}
    body = real_body(case)
    if body is not None:
        case.body = body


@schemathesis.hook
def after_call(context, case, response):
    ANSWERS.write(f"{case.operation.label} {response.status_code}\n")


@schemathesis.hook
def after_load_schema(context, schema):
    operations = [
        f"{method.upper()} {path}" for path, item in schema.raw_schema["paths"].items() for method in item
    ]
    (FOLDER / "operations.json").write_text(json.dumps(operations))
