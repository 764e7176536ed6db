"""What do people, pastes and robots send that no form expects?"""

MARK = "{{7*191919191}}"
COMPUTED = str(7 * 191919191)

STRINGS = {
    "null": "avant\x00après",
    "surrogate": "\ud800\udfff",
    "direction": "\u202egnp.tnemucod\u202c\u2066\u2069\u200f",
    "invisible": "\u200b\ufeff\u00ad\u2060\x7f\x1b[31m\x08",
    "line ends": "a\r\nBcc: tous@exemple.fr\r\n\r\nSet-Cookie: x=1",
    "formula": "=cmd|'/C calc'!A0",
    "template": MARK + "${7*191919191}<%= 7*191919191 %>{% debug %}",
    "script": "<script>alert(1)</script>",
    "attribute": "\"'><img src=x onerror=alert(1)>",
    "entity": "&lt;script&gt;&#x27;&\u2028",
    "sql": "' OR 1=1; DROP TABLE accounts_user; --",
    "like": "%_%\\%",
    "path": "../../../../etc/passwd\\..\\..",
    "number": "9" * 400,
    "negative": "-99999999999999999999999",
    "float": "1e309",
    "nan": "NaN",
    "date": "99999-99-99T99:99",
    "year": "0000-00-00",
    "json": '{"$gt": "", "__proto__": {}}',
    "combining": "Z" + "\u0301" * 500,
    "emoji": "👩‍👩‍👧‍👦" * 40,
    "digits": "1 " * 2_000,
    "empty": "   \t\n",
}
"""Sent in each field of each form and each query."""

HUGE = "é" * 500_000
"""One megabyte in UTF-8."""

BROKEN_BODIES = {
    "no boundary": ("multipart/form-data", b"--x\r\n\r\n"),
    "wrong boundary": ("multipart/form-data; boundary=x", b"--y\r\nContent-Disposition: form-data; name=a\r\n\r\n1"),
    "cut": ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="lieu"\r\n\r\nRou'),
    "base64": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64\r\n\r\n$$$\r\n--x--',
    ),
    "long boundary": ("multipart/form-data; boundary=" + "x" * 5_000, b"--x"),
    "unknown charset": ("application/x-www-form-urlencoded; charset=klingon", b"a=1"),
    "utf-7": ("application/x-www-form-urlencoded; charset=utf-7", b"a=+ADw-script+AD4-"),
    "not utf-8": ("application/x-www-form-urlencoded", b"procedure=%ff%fe%80&login=\xff\xfe"),
    "json": ("application/json", b'{"procedure": '),
    "file": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="procedure"; filename="../../x.exe"\r\n\r\nMZ\r\n--x--\r\n',
    ),
    "nothing": ("", b""),
}

PATHS = [
    "/%00", "/%ff%fe", "/%ED%A0%80/", "/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/static/../config/settings.py",
    "/static/%2e%2e/%2e%2e/manage.py", "/static/..%2f..%2fmanage.py", "/demandes/%00/", "/demandes/%27%20OR%201=1/",
    "/demandes/" + "A" * 3_000 + "/", "/demandes/FS76/appels/" + "9" * 300 + "/", "/structures/%3Cscript%3E/",
    "/structures/" + "a" * 5_000 + "/", "/repondre/" + "A" * 5_000 + "/", "/repondre/%0d%0aSet-Cookie:x=1/",
    "/repondre/IjEi:abc/", "/partenaires/interlocuteurs/" + "9" * 300 + "/", "/pilotage/charte/x/y/",
    "//ailleurs.example/", "/\\ailleurs.example", "/;/admin", "/accueil/%0d%0aX-Injected:1",
    "/compte/password/reset/key/1-%00/", "/compte/password/reset/key/" + "z" * 4_000 + "-x/",
    "/healthz/ready/%00", "/?%00=%00", "/?" + "&".join(f"a{n}=1" for n in range(3_000)),
    "/?lieu=" + "%F0%9F%92%A9" * 2_000,
    "/.well-known/../admin/", "/admin/accounts/user/" + "9" * 400 + "/change/",
]  # fmt: skip
