"""What hostile pages, links and clients try, a row each, with the status that refuses it; tried by
``test_attacks.py``.
"""

import gzip
import zlib
from dataclasses import dataclass, field

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}
PLAIN = {"Content-Type": "text/plain"}
ACK = "/incidents/{id}/ack"
API = "/api/v1/incidents/{id}/ack"
DOOR = "/api/v1/mentions"
BY = b'{"by":"mallory"}'
MENTION = b'{"source":"x","id":"1","text":"acme","published_at":"2026-03-02T09:00:00Z"}'
CROSS = {"Sec-Fetch-Site": "cross-site"}
GZIP, CHUNKED = {"Content-Encoding": "gzip"}, {"Transfer-Encoding": "chunked"}
LOOKS = ("GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
BOMB = gzip.compress(b"\0" * 30_000_000, 9)


@dataclass(frozen=True, kw_only=True)
class Attack:
    """One try.

    In ``path`` {id} is the incident, {token} a good link, {stale} one from before, {expired} one of yesterday.
    """

    name: str
    status: int
    method: str = "POST"
    path: str = ACK
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"by=mallory"
    tokens: bool = False
    """Whether web.tokens are configured, none of which the attacker knows."""


CSRF = (
    Attack(name="a foreign page's form", status=403, headers=FORM | CROSS),
    Attack(name="a sister site's form", status=403, headers=FORM | {"Sec-Fetch-Site": "same-site"}),
    Attack(
        name="a foreign page's form in an old browser", status=403, headers=FORM | {"Origin": "https://evil.example"}
    ),
    Attack(name="a form from a sandboxed frame", status=403, headers=FORM | {"Origin": "null"}),
    Attack(
        name="an origin that begins like ours", status=403, headers=FORM | {"Origin": "http://127.0.0.1.evil.example"}
    ),
    Attack(name="our origin on another port", status=403, headers=FORM | {"Origin": "http://127.0.0.1:1"}),
    Attack(name="JSON as plain text, which needs no preflight", status=403, path=API, headers=PLAIN | CROSS, body=BY),
    Attack(name="a mention from a foreign page", status=403, path=DOOR, headers=PLAIN | CROSS, body=MENTION),
    Attack(name="a reload from a foreign page", status=403, path="/-/reload", headers=CROSS, body=b""),
    Attack(name="a form without the token that is configured", status=401, headers=FORM, tokens=True),
    Attack(name="a form with a wrong token", status=401, headers=FORM, body=b"by=mallory&token=guess", tokens=True),
    Attack(
        name="a cookie that somebody made up",
        status=401,
        headers=FORM | {"Cookie": "sentinel_token=guess"},
        tokens=True,
    ),
    Attack(name="JSON without the token", status=401, path=API, headers=JSON, body=BY, tokens=True),
    Attack(
        name="the right cookie where a bearer token is wanted",
        status=401,
        path=API,
        headers=JSON | {"Cookie": "sentinel_token=the-right-token"},
        body=BY,
        tokens=True,
    ),
    Attack(
        name="a token in the query",
        status=401,
        path="/api/v1/incidents/{id}/ack?token=the-right-token",
        body=BY,
        tokens=True,
    ),
)
LINKS = (
    Attack(name="a link from before the incident moved on", status=409, path="/a/{stale}/ack", headers=FORM, body=b""),
    Attack(name="a button from before the incident moved on", status=409, path="/a/{stale_button}", body=b""),
    Attack(name="a link of yesterday", status=410, path="/a/{expired}/ack", headers=FORM, body=b""),
    Attack(name="a link cut short", status=404, path="/a/{cut}/ack", headers=FORM, body=b""),
    Attack(name="a link with one letter changed", status=404, path="/a/{bent}/ack", headers=FORM, body=b""),
    Attack(name="a link of another secret", status=404, path="/a/{foreign}/ack", headers=FORM, body=b""),
    Attack(name="a button used for something else", status=403, path="/a/{button}/resolve", headers=FORM, body=b""),
    Attack(
        name="a link used as a bearer token",
        status=401,
        path=API,
        headers=JSON | {"Authorization": "Bearer {token}"},
        body=BY,
        tokens=True,
    ),
)
TRAVERSAL = tuple(
    Attack(name=f"{path}", status=status, method="GET", path=path, body=b"")
    for path, status in (
        ("/static/../server.py", 404),
        ("/static/..%2fserver.py", 404),
        ("/static/%2e%2e/%2e%2e/server.py", 404),
        ("/static/..%5cserver.py", 404),
        ("/static/....//server.py", 404),
        ("/static//etc/passwd", 404),
        ("/static/%2fetc%2fpasswd", 404),
        ("/static/sentinel.css%00.js", 404),
        ("/static/.%00./server.py", 404),
        ("/static/", 404),
        ("/static", 404),
        ("/incidents/..%2f..%2f..%2fetc%2fpasswd", 404),
        ("/incidents/%2e%2e", 404),
        ("/incidents/%00", 404),
        ("/fragments/..%2fincidents", 404),
        ("/a/..%2f..%2fmetrics", 404),
        ("/api/v1/schedules/..%2f..%2fetc%2fpasswd.ics", 404),
        ("//evil.example/static/sentinel.css", 404),
        ("/./metrics/../metrics/..", 404),
        ("/\\evil.example", 404),
    )
)
VERBS = (
    *(Attack(name=f"{verb} on a button", status=405, method=verb, body=b"") for verb in LOOKS),
    *(
        Attack(name=f"{verb} on a reload", status=405, method=verb, path="/-/reload", body=b"")
        for verb in ("GET", "HEAD", "PUT")
    ),
    *(
        Attack(name=f"{verb} on a mention", status=405, method=verb, path=DOOR, headers=JSON, body=MENTION)
        for verb in ("DELETE", "PUT")
    ),
    *(
        Attack(name=f"a GET that says it is a POST in {name}", status=405, method="GET", headers=FORM | {name: "POST"})
        for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override")
    ),
    Attack(name="a GET that says it is a POST in the query", status=405, method="GET", path=ACK + "?_method=POST"),
    Attack(name="a link looked at twice over", status=200, method="HEAD", path="/a/{token}", body=b""),
    Attack(name="a button's address looked at", status=200, method="GET", path="/a/{button}", body=b""),
    Attack(name="a page's button looked at", status=303, method="GET", path="/a/{token}/ack", body=b""),
    Attack(name="a verb that there is not", status=400, method="ACK", body=b""),
)
BODIES = (
    Attack(name="a form larger than any of ours, declared", status=413, headers=FORM, body=b"by=" + b"x" * 70_000),
    Attack(
        name="a form larger than any of ours, in chunks",
        status=413,
        headers=FORM | CHUNKED,
        body=b"11170\r\n" + b"x" * 70_000 + b"\r\n0\r\n\r\n",
    ),
    Attack(name="a length of nine exabytes", status=413, headers=FORM | {"Content-Length": "9" * 18}),
    Attack(name="a length below nothing", status=400, headers=FORM | {"Content-Length": "-1"}),
    Attack(
        name="a length and chunks",
        status=400,
        headers=FORM | {"Content-Length": "5", "transfer-encoding": "chunked"},
        body=b"0\r\n\r\n",
    ),
    Attack(name="a bomb for the form", status=413, headers=FORM | GZIP, body=BOMB),
    Attack(name="a bomb for the API", status=413, path=API, headers=JSON | GZIP, body=BOMB),
    Attack(
        name="a bomb for the door",
        status=413,
        path=DOOR,
        headers=JSON | {"Content-Encoding": "deflate"},
        body=zlib.compress(b"\0" * 30_000_000, 9),
    ),
    Attack(
        name="a bomb in a bomb",
        status=415,
        path=DOOR,
        headers=JSON | {"Content-Encoding": "gzip, gzip"},
        body=gzip.compress(BOMB),
    ),
    Attack(
        name="more fields than any form of ours",
        status=400,
        headers=FORM,
        body=b"&".join(b"f%d=1" % n for n in range(500)),
    ),
    Attack(name="brackets within brackets", status=400, path=API, headers=JSON, body=b"[" * 60_000),
    Attack(name="no UTF-8", status=400, path=API, headers=JSON, body=b'{"by":"\xff\xfe"}'),
    Attack(
        name="a number of sixty thousand digits",
        status=400,
        path="/api/v1/incidents/{id}/snooze",
        headers=JSON,
        body=b'{"by":"m","minutes":1' + b"0" * 60_000 + b"}",
    ),
    Attack(name="a header of twenty thousand letters", status=400, headers=FORM | {"X-Long": "x" * 20_000}),
    Attack(name="an address of twenty thousand letters", status=400, method="GET", path="/" + "x" * 20_000, body=b""),
)
NAMES = (
    *(
        Attack(name=f"asked as {host}", status=421, method="GET", path="/", headers={"Host": host}, body=b"")
        for host in (
            "evil.example",
            "127.0.0.1.evil.example",
            "127.0.0.1@evil.example",
            "[::1",
            "169.254.169.254",
            "0.0.0.0",
        )
    ),
    Attack(name="a press asked as evil.example", status=421, headers=FORM | {"Host": "evil.example"}),
    Attack(
        name="a link asked as evil.example",
        status=421,
        path="/a/{token}/ack",
        headers=FORM | {"Host": "evil.example"},
        body=b"",
    ),
    Attack(
        name="a forwarded name is not believed",
        status=403,
        headers=FORM | {"X-Forwarded-Host": "evil.example", "Origin": "http://evil.example"},
    ),
)
HTML = FORM | {"Accept": "text/html"}
ANA, VERO, OVER, PLANTED = ({"Cookie": f"sentinel_session={{{name}}}"} for name in ("ana", "vero", "over", "planted"))
IN = b"account=vero&password={password}"
ELSEWHERE = (
    "//evil.example",
    "/%5Cevil.example",
    "%5C%5Cevil.example",
    "https:evil.example",
    "https://evil.example",
    "/%09/evil.example",
    "javascript:1",
)
SESSIONS = (
    Attack(name="a form of nobody who is signed in", status=401, headers=FORM),
    Attack(
        name="a session that somebody made up", status=401, headers=FORM | {"Cookie": "sentinel_session=chosen-by-me"}
    ),
    Attack(
        name="a session that was signed out, with its own key",
        status=401,
        headers=FORM | OVER,
        body=b"form_key={over_key}",
    ),
    Attack(
        name="a session planted before somebody signed in",
        status=401,
        headers=FORM | PLANTED,
        body=b"form_key={planted_key}",
    ),
    Attack(
        name="a session's name in the store instead of its secret",
        status=401,
        headers=FORM | {"Cookie": "sentinel_session={stored}"},
    ),
    Attack(name="a form without the key", status=403, headers=FORM | ANA),
    Attack(name="a form with an empty key", status=403, headers=FORM | ANA, body=b"form_key="),
    Attack(
        name="a form with the key of another person's session",
        status=403,
        headers=FORM | ANA,
        body=b"form_key={boss_key}",
    ),
    Attack(
        name="a form with the key of a session that is over",
        status=403,
        headers=FORM | ANA,
        body=b"form_key={over_key}",
    ),
    Attack(
        name="a form with two keys, the right one first",
        status=403,
        headers=FORM | ANA,
        body=b"form_key={ana_key}&form_key=x",
    ),
    Attack(name="the right key in the query", status=403, path=ACK + "?form_key={ana_key}", headers=FORM | ANA),
    Attack(
        name="the right key, from a foreign page", status=403, headers=FORM | ANA | CROSS, body=b"form_key={ana_key}"
    ),
    Attack(name="whoever may only look presses", status=403, headers=FORM | VERO, body=b"form_key={vero_key}"),
    Attack(name="the API with a session but no key", status=403, path=API, headers=JSON | ANA, body=BY),
    Attack(
        name="the API with a session and a key in the body",
        status=403,
        path=API,
        headers=JSON | ANA,
        body=b'{"by":"m","form_key":"{ana_key}"}',
    ),
    Attack(
        name="a session as a bearer token",
        status=401,
        path=API,
        headers=JSON | {"Authorization": "Bearer {ana}"},
        body=BY,
    ),
    Attack(
        name="a reload by whoever may not",
        status=403,
        path="/-/reload",
        headers=ANA | {"Sentinel-Form-Key": "{ana_key}"},
        body=b"",
    ),
    Attack(
        name="the audit log read by whoever may not", status=403, method="GET", path="/audit", headers=ANA, body=b""
    ),
    Attack(
        name="signing out somebody else's browser", status=403, path="/logout", headers=FORM | ANA | CROSS, body=b""
    ),
    Attack(
        name="signing somebody into the attacker's account", status=403, path="/login", headers=HTML | CROSS, body=IN
    ),
    *(
        Attack(name=f"led on to {where}", status=303, path="/login", headers=HTML, body=IN + b"&next=" + where.encode())
        for where in ELSEWHERE
    ),
    *(
        Attack(
            name=f"a language of {where}",
            status=303,
            method="GET",
            path=f"/?lang={where}",
            headers={"Accept": "text/html"},
            body=b"",
        )
        for where in ("//evil.example", "https:evil.example")
    ),
)
ATTACKS = {each.name: each for each in (*CSRF, *LINKS, *TRAVERSAL, *VERBS, *BODIES, *NAMES, *SESSIONS)}
