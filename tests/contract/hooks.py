"""What schemathesis cannot know: who calls, which ids exist, which bodies are complete.

Two of three calls that are meant to be valid get real objects; the rest stays as generated. Nothing here is random, and
nothing hangs on a value that the program chose, so that a run can be repeated.
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

# By whom an operation is called: all in turn, unless only some get anywhere or the call would harm the others.
TURNS = ["resident", "petugas", "lurah", "kepling", "camat", "seklur"]
CALLERS = {
    "POST /api/v1/auth/step-up": ["lurah"],
    "POST /api/v1/requests": ["resident"],
    "POST /api/v1/accounts/{account_id}/verification": ["petugas"],
    "POST /api/v1/officers/{id}/absences": ["lurah"],
    "DELETE /api/v1/officers/{id}/absences/{absence_id}": ["lurah"],
    "GET /api/v1/reports/service-levels": ["lurah", "camat", "petugas"],
    "GET /api/v1/officers/{id}/absences": ["lurah", "camat"],
    "GET /api/v1/audit": ["pengawas"],
    "GET /api/v1/audit/anchors": ["pengawas"],
    "GET /api/v1/officers": ["lurah", "camat", "petugas"],
    "PUT /api/v1/requests/{id}/assignment": ["lurah"],
    "DELETE /api/v1/requests/{id}/assignment": ["lurah"],
    "POST /api/v1/actions/bulk": ["kepling"],
    "GET /api/v1/drafts/{draft_id}": ["resident"],
    "PATCH /api/v1/drafts/{draft_id}": ["resident"],
    "DELETE /api/v1/drafts/{draft_id}": ["resident"],
    "GET /api/v1/register": ["lurah", "camat", "petugas"],
    "DELETE /api/v1/me/sessions": ["spare_too"],
    "PATCH /api/v1/me": ["spare"],
    "GET /api/v1/me/sessions": ["spare"],
    "DELETE /api/v1/me/sessions/{session_id}": ["spare"],
    "POST /api/v1/auth/totp/enroll": ["spare"],
    "POST /api/v1/auth/totp/confirm": ["spare"],
}


# By operation: how many calls it had, and how many valid ones; by case: which call it is.
CALLS, VALID, NUMBERS = {}, {}, {}


def choice(case, things, salt=""):
    if not things:
        return None
    text = f"{salt}{case.operation.label}{number_of(case)}"
    return things[zlib.crc32(text.encode()) % len(things)]


def number_of(case):
    """Which call of its operation it is."""
    label = case.operation.label
    if case.id not in NUMBERS:
        CALLS[label] = CALLS.get(label, 0) + 1
        NUMBERS[case.id] = CALLS[label]
    return NUMBERS[case.id]


def is_to_be_real(case):
    """Of the valid calls of an operation the first is, then two of three."""
    label = case.operation.label
    VALID[label] = VALID.get(label, 0) + 1
    return VALID[label] % 3 != 2


def role_of(case):
    label = case.operation.label
    if label == "POST /api/v1/auth/logout":
        # Each time another login: the token is of no use afterwards.
        return f"fresh {next(COUNT)}"
    return choice(case, CALLERS.get(label, TURNS), "who")


def counter():
    number = 0
    while True:
        number += 1
        yield number


COUNT = counter()

# Seconds after which a login is made anew; it is good for 15 minutes.
RENEWED_AFTER = 600
LOGINS = {role: (SCENE["made_at"], token) for role, token in SCENE["token"].items()}
CALLER_WITH = {token: role for role, token in SCENE["token"].items()}


def login(role):
    made_at, token = LOGINS[role]
    if time.time() - made_at > RENEWED_AFTER:
        token = PORTAL.token(SCENE["roles"][role])
        LOGINS[role] = (time.time(), token)
        CALLER_WITH[token] = role
    return token


@schemathesis.auth(cache_by_key=lambda case, _: role_of(case), refresh_interval=None)
class Login:
    def get(self, case, context):
        role = role_of(case)
        if role.startswith("fresh"):
            return PORTAL.token(SCENE["roles"]["spare"])
        return login(role)

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
        elif name == "draft_id":
            # One is for taking away, the others are to stay.
            first, *others = SCENE["drafts"]
            real[name] = first if case.operation.method.upper() == "DELETE" else choice(case, others)
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
        return SCENE["papers"].pop() if SCENE["papers"] else submission()
    if name == "POST /api/v1/auth/login":
        who = SCENE["roles"]["resident"]
        return {"login": who["login"], "password": who["password"]}
    if name == "POST /api/v1/auth/step-up":
        return {"otp": otp(SCENE["roles"]["lurah"]["totp_secret"], time.time() + 30)}
    if name == "POST /api/v1/officers/{id}/absences":
        month = choice(case, range(1, 10))
        return {"from": f"2033-0{month}-11", "until": f"2033-0{month}-12"}
    if name == "POST /api/v1/requests/{id}/actions":
        return action(case)
    if name == "PUT /api/v1/requests/{id}/assignment":
        return {"account": SCENE["me"]["kepling"]}
    if name == "POST /api/v1/actions/bulk":
        return {"action": "endorse", "items": [{"id": choice(case, SCENE["requests"], "item"), "version": 1}]}
    return None


def action(case):
    """What the caller's position does, or the resident."""
    note = {"note": "Foto KK buram", "reason_code": "unreadable"}
    steps = {
        "kepling": [{"action": "endorse"}, {"action": "return", **note}],
        "petugas": [
            {"action": "verify"},
            {"action": "correct", "note": "Alamat disesuaikan", "applicant": {"alamat": "Jalan Diponegoro 14"}},
            {"action": "return", **note},
            {"action": "reject", **note},
        ],
        "seklur": [{"action": "initial"}],
        "lurah": [{"action": "sign"}, {"action": "send_back", "to": 2, **note}, {"action": "return", **note}],
        "camat": [{"action": "sign"}],
        "resident": [
            {"action": "resubmit", "fields": {"keperluan": "Melamar pekerjaan"}},
            {"action": "object", "note": "Syaratnya lengkap."},
            {"action": "cancel"},
        ],
    }
    bearer = (case.headers or {}).get("Authorization", "").removeprefix("Bearer ")
    return choice(case, steps.get(CALLER_WITH.get(bearer), []), "action")


def is_valid(case):
    return case.meta is None or case.meta.generation.mode.value == "positive"


@schemathesis.hook
def before_call(context, case, kwargs):
    if not is_valid(case) or not is_to_be_real(case):
        return
    parameters, body = real_parameters(case), real_body(case)
    case.path_parameters = {**(case.path_parameters or {}), **parameters}
    if body is not None:
        case.body = body
        if body.get("action") == "sign":
            case.path_parameters["id"] = SCENE["unsigned"]
        # Such a version was never given.
        (case.headers or {}).pop("If-Match", None)


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """An empty parameter counts as absent (allowEmptyValue), which schemathesis takes for a wrong value."""
    is_empty = "" in (case.query or {}).values()
    return not (is_empty and type(failure).__name__ == "AcceptedNegativeData")


@schemathesis.hook
def after_call(context, case, response):
    ANSWERS.write(f"{case.operation.label} {response.status_code}\n")


@schemathesis.hook
def after_load_schema(context, schema):
    operations = [
        f"{method.upper()} {path}" for path, item in schema.raw_schema["paths"].items() for method in item
    ]
    (FOLDER / "operations.json").write_text(json.dumps(operations))
