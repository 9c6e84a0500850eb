"""The demo that the contract test asks: who logs in, and the objects that really exist."""

import base64
import hashlib
import hmac
import json
import struct
import time
import urllib.error
import urllib.request
import uuid
import zlib

MUTIARA = "12.09.20.1006"
KECAMATAN = "12.09.20"


def otp(secret, at=None):
    """The code of an authenticator app (RFC 6238)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(at or time.time()) // 30), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start:start + 4])[0] & 0x7FFFFFFF) % 1000000:06d}"


def photo(number):
    """A PNG that differs with the number and is large enough for a scan."""
    size = 400
    colour = bytes([number % 251, (number * 7) % 251, 90])
    rows = b"".join(b"\0" + (colour + bytes([row % 256, 80, 120])) * (size // 2) for row in range(size))

    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


class Portal:
    """Calls of the demo as its people make them."""

    def __init__(self, url, accounts):
        self.url = url
        self.accounts = accounts
        self.codes_used = set()

    def call(self, method, path, body=None, token=None, kind="application/json", headers=None):
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, method=method, headers=headers or {})
        if data is not None:
            request.add_header("content-type", kind)
        if token:
            request.add_header("authorization", f"Bearer {token}")
        with urllib.request.urlopen(request, timeout=30) as answer:
            content = answer.read()
            return json.loads(content) if answer.headers.get_content_type().endswith("json") else content

    def people(self, role, area=None):
        return [who for who in self.accounts if who["role"] == role and area in (None, who["area"])]

    def tokens(self, who):
        body = {"login": who["login"], "password": who["password"]}
        if "totp_secret" not in who:
            return self.call("POST", "/api/v1/auth/login", body)
        # A code works once, and so does the next one already.
        for at in (time.time(), time.time() + 30, time.time() - 30):
            body["otp"] = otp(who["totp_secret"], at)
            if (who["login"], body["otp"]) in self.codes_used:
                continue
            self.codes_used.add((who["login"], body["otp"]))
            try:
                return self.call("POST", "/api/v1/auth/login", body)
            except urllib.error.HTTPError as error:
                if error.code != 401:
                    raise
        time.sleep(31 - time.time() % 30)
        return self.tokens(who)

    def token(self, who):
        return self.tokens(who)["access_token"]

    def upload(self, token, number):
        mark = uuid.uuid4().hex
        head = f'--{mark}\r\ncontent-disposition: form-data; name="file"; filename="foto.png"\r\n\r\n'
        body = head.encode() + photo(number) + f"\r\n--{mark}--\r\n".encode()
        return self.call("POST", "/api/v1/attachments", body, token, f"multipart/form-data; boundary={mark}")["id"]

    def paper(self, token, number):
        """The body of a complete submission."""
        body = submission()
        body["attachments"] = [
            {"kind": kind, "id": self.upload(token, number * 2 + place)} for place, kind in enumerate(("ktp", "kk"))
        ]
        return body

    def submit(self, token, number):
        return self.call("POST", "/api/v1/requests", self.paper(token, number), token)

    def act(self, token, request, action, **more):
        path = f"/api/v1/requests/{request['id']}/actions"
        return self.call("POST", path, {"action": action, **more}, token)


def submission():
    return {
        "service": "SKD",
        "area": MUTIARA,
        "applicant": {
            "nik": "1209205505909872",
            "no_kk": "1209200101159872",
            "nama": "Siti Rahma",
            "tempat_lahir": "Kisaran",
            "tgl_lahir": "1990-05-15",
            "jk": "P",
            "agama": "Islam",
            "status_kawin": "Kawin",
            "pekerjaan": "Pedagang",
            "kewarganegaraan": "WNI",
            "alamat": "Jl. Cokroaminoto No. 7",
            "lingkungan": f"{MUTIARA}.02",
            "kelurahan_code": MUTIARA,
            "hp": "081200009872",
        },
        "relation": "same_kk",
        "fields": {
            "alamat_domisili": "Jl. Melati No. 9",
            "tinggal_sejak": "2019-03-01",
            "status_tinggal": "kos",
            "keperluan": "Membuka rekening",
        },
        "attachments": [],
    }
