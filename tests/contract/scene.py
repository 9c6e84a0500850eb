"""Makes what the calls are about: requests in every state, a letter, papers that wait for their request."""

import time
import urllib.error

from world import KECAMATAN, MUTIARA

# Complete submissions that the test may hand in.
PAPERS = 30


def make(portal):
    residents = portal.people("resident")
    roles = {
        "resident": residents[0],
        "spare": residents[1],
        "kepling": portal.people("kepling", MUTIARA)[0],
        "petugas": portal.people("petugas", MUTIARA)[0],
        "seklur": portal.people("seklur", MUTIARA)[0],
        "lurah": portal.people("lurah", MUTIARA)[0],
        "camat": portal.people("camat", KECAMATAN)[0],
    }
    tokens = {role: portal.tokens(who) for role, who in roles.items()}
    token = {role: given["access_token"] for role, given in tokens.items()}
    keplings = [portal.token(who) for who in portal.people("kepling", MUTIARA)[1:]] + [token["kepling"]]

    requests = [portal.submit(token["resident"], number) for number in range(8)]
    issued, returned, verified, unsigned = requests[:4]
    for request in (issued, verified, unsigned):
        one_of(portal, keplings, request, "endorse")
    one_of(portal, keplings, returned, "return", note="Foto KK buram", reason_code="unreadable")
    petugas = [portal.token(who) for who in portal.people("petugas", MUTIARA)[1:]] + [token["petugas"]]
    for request in (issued, unsigned):
        one_of(portal, petugas, request, "verify")
        portal.act(token["seklur"], request, "initial")
    portal.act(token["lurah"], issued, "sign")
    letter = wait_for_letter(portal, token["resident"], issued)

    me = {role: portal.call("GET", "/api/v1/me", token=given) for role, given in token.items()}
    absences = [
        portal.call(
            "POST",
            f"/api/v1/officers/{me['lurah']['id']}/absences",
            {"from": f"2031-0{month}-01", "until": f"2031-0{month}-03"},
            token["lurah"],
        )["id"]
        for month in range(1, 10)
    ]
    for _ in range(6):
        portal.token(roles["spare"])
    sessions = portal.call("GET", "/api/v1/me/sessions", token=token["spare"])["items"]
    return {
        "made_at": time.time(),
        "roles": roles,
        "token": token,
        "me": {role: mine["id"] for role, mine in me.items()},
        "requests": [request["id"] for request in requests],
        "issued": issued["id"],
        "with_attachments": {
            request["id"]: [
                scan["id"]
                for scan in portal.call("GET", f"/api/v1/requests/{request['id']}", token=token["resident"])["attachments"]
            ]
            for request in requests
        },
        "tracking_codes": [request["tracking_code"] for request in requests],
        "letter": letter["code"],
        "absences": absences,
        "sessions": [session["id"] for session in sessions if not session["current"]],
        "papers": [portal.paper(token["resident"], 100 + number) for number in range(PAPERS)],
    }


def one_of(portal, tokens, request, action, **more):
    """Whoever of a desk holds the request acts."""
    for token in tokens:
        try:
            return portal.act(token, request, action, **more)
        except urllib.error.HTTPError as error:
            if error.code not in (403, 404, 409):
                raise
    raise RuntimeError(f"nobody may {action}")


def wait_for_letter(portal, token, request):
    for _ in range(600):
        detail = portal.call("GET", f"/api/v1/requests/{request['id']}", token=token)
        if detail["letter"]:
            return detail["letter"]
        time.sleep(0.1)
    raise RuntimeError("the letter was not issued within a minute")
