"""Makes what the calls are about: requests in every state, a letter, papers that wait for their request."""

import time
import urllib.error

from world import KECAMATAN, MUTIARA

# Complete submissions that the test may hand in.
PAPERS = 30
REQUESTS = 14
KELURAHAN_BESIDE = "12.09.20.1007"


def make(portal):
    living_here = portal.people("resident", MUTIARA)
    roles = {
        "resident": living_here[0],
        # Whose sessions are ended and whose account is changed.
        "spare": living_here[1],
        "spare_too": portal.people("resident", KELURAHAN_BESIDE)[0],
        "seklur": portal.people("seklur", MUTIARA)[0],
        "lurah": portal.people("lurah", MUTIARA)[0],
        "camat": portal.people("camat", KECAMATAN)[0],
        "pengawas": portal.people("pengawas", KECAMATAN)[0],
    }
    keplings, petugas = Desk(portal, "kepling"), Desk(portal, "petugas")
    token = {role: portal.token(who) for role, who in roles.items()}

    requests = [portal.submit(token["resident"], number) for number in range(REQUESTS)]
    issued, returned, verified, unsigned = requests[:4]
    for request in (issued, verified, unsigned):
        keplings.act(request, "endorse")
    keplings.act(returned, "return", note="Foto KK buram", reason_code="unreadable")
    for request in (issued, unsigned):
        petugas.act(request, "verify")
        portal.act(token["seklur"], request, "initial")
    portal.act(token["lurah"], issued, "sign")
    letter = wait_for_letter(portal, token["resident"], issued)
    for role, desk in (("kepling", keplings), ("petugas", petugas)):
        roles[role], token[role] = desk.who, desk.token

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
        "unsigned": unsigned["id"],
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
        "drafts": [
            portal.call("POST", "/api/v1/drafts", {"service": "SKD", "area": MUTIARA}, token["resident"])["id"]
            for _ in range(8)
        ],
        "uploads": [portal.upload(token["resident"], 500 + number) for number in range(10)],
        "papers": [portal.paper(token["resident"], 100 + number) for number in range(PAPERS)],
    }


class Desk:
    """The people of one position in the kelurahan; whoever holds the request acts, and is remembered."""

    def __init__(self, portal, role):
        self.portal = portal
        self.people = [(who, portal.token(who)) for who in portal.people(role, MUTIARA)]
        self.who, self.token = self.people[0]

    def act(self, request, action, **more):
        for who, token in self.people:
            try:
                self.portal.act(token, request, action, **more)
            except urllib.error.HTTPError as error:
                if error.code in (403, 404, 409):
                    continue
                raise RuntimeError(f"{action}: {error.code} {error.read().decode()}") from error
            self.who, self.token = who, token
            return
        raise RuntimeError(f"nobody may {action}")


def wait_for_letter(portal, token, request):
    for _ in range(600):
        detail = portal.call("GET", f"/api/v1/requests/{request['id']}", token=token)
        if detail["letter"]:
            return detail["letter"]
        time.sleep(0.1)
    raise RuntimeError("the letter was not issued within a minute")
