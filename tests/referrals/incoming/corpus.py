"""What do the mail programs of the contacts send? One mail each, as they write them, addresses and names invented."""

import base64
import quopri
from dataclasses import dataclass

from referrals.reply_addresses import Numbered, address_of

ANSWER = "Le dossier est complet, le versement part jeudi."
FROM = "claire.martin@exemple.fr"
SENT = "Demande FS76-2611-7KQ2MX : RSA : demande ou suivi"
PICTURE = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"\0" * 200).decode()


def mail(
    to: str | Numbered, headers: str, body: str | bytes, *, sender: str = FROM, name: str = "Claire MARTIN"
) -> bytes:
    """The bytes of a mail: From, To and Date are added to these headers, and the lines end as they travel."""
    address = to if isinstance(to, str) else address_of(to)
    if isinstance(body, str):
        body = body.strip("\n").encode()
    head = f"From: {name} <{sender}>\nTo: {address}\nMIME-Version: 1.0\n{headers.strip()}\n\n"
    return (head.encode() + body).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def simple(
    to: str | Numbered, text: str, *, message_id: str = "<1@exemple.fr>", sender: str = FROM, more: str = ""
) -> bytes:
    """A plain answer that quotes nothing."""
    identified = f"Message-ID: {message_id}\n" if message_id else ""
    headers = f"{identified}Subject: Re: {SENT}\n{more}\nContent-Type: text/plain; charset=utf-8"
    return mail(to, headers.replace("\n\n", "\n"), text, sender=sender)


def in_base64(text: str, charset: str = "utf-8") -> str:
    return base64.encodebytes(text.encode(charset)).decode()


def in_quoted_printable(text: str, charset: str = "utf-8") -> str:
    return quopri.encodestring(text.encode(charset)).decode()


@dataclass(frozen=True)
class Program:
    """How one mail program answers; `body` holds ANSWER."""

    name: str
    headers: str
    body: str


OUTLOOK = Program(
    "Outlook",
    """Message-ID: <PAXPR1@PAXPR1.eurprd04.prod.outlook.com>
Subject: =?iso-8859-1?Q?RE=A0:_Demande_FS76-2611-7KQ2MX?=
Thread-Topic: Demande FS76
X-MS-Has-Attach:
Content-Language: fr-FR
Content-Type: multipart/alternative; boundary="_000_PAX_" """,
    f"""--_000_PAX_
Content-Type: text/plain; charset="iso-8859-1"
Content-Transfer-Encoding: quoted-printable

{
        in_quoted_printable(
            f'''Bonjour,

{ANSWER}

Cordialement,

Claire MARTIN
Gestionnaire conseil allocataires
Caf de Seine-Maritime – 02 61 91 00 20'''.replace("–", "-"),
            "iso-8859-1",
        )
    }

________________________________
De=A0: R=E9seau France services <ne-pas-repondre@exemple.fr>
Envoy=E9=A0: lundi 23 novembre 2026 10:00
=C0=A0: MARTIN Claire <claire.martin@exemple.fr>
Objet=A0: Demande FS76-2611-7KQ2MX

Bonjour,
France services de Montivilliers vous sollicite.
--_000_PAX_
Content-Type: text/html; charset="iso-8859-1"
Content-Transfer-Encoding: quoted-printable

<html><body><p>{ANSWER}</p></body></html>
--_000_PAX_--
""",
)
GMAIL = Program(
    "Gmail",
    """Message-ID: <CAF=1@mail.gmail.com>
Subject: Re: Demande FS76-2611-7KQ2MX
Content-Type: multipart/alternative; boundary="000000" """,
    f"""--000000
Content-Type: text/plain; charset="UTF-8"
Content-Transfer-Encoding: base64

{
        in_base64(f'''Bonjour,

{ANSWER}

Claire

Le lun. 23 nov. 2026 à 10:00, Réseau France services <ne-pas-repondre@exemple.fr>
a écrit :

> Bonjour,
>
> France services de Montivilliers vous sollicite : RSA.
''')
    }
--000000--
""",
)
THUNDERBIRD = Program(
    "Thunderbird",
    """Message-ID: <5c2e@exemple.fr>
User-Agent: Mozilla Thunderbird
Subject: =?UTF-8?B?UmU6IERlbWFuZGU=?=
Content-Type: text/plain; charset=UTF-8; format=flowed
Content-Transfer-Encoding: 8bit""",
    f"""{ANSWER}

Le 23/11/2026 à 10:00, Réseau France services a écrit :
> Bonjour,
>
> France services de Montivilliers vous sollicite.

--
Claire Martin
Caf de Seine-Maritime
""",
)
IPHONE = Program(
    "iPhone",
    """Message-Id: <A1B2@exemple.fr>
X-Mailer: iPhone Mail (20H71)
Subject: Re: Demande
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable""",
    in_quoted_printable(f"""{ANSWER}

Envoyé de mon iPhone

> Le 23 nov. 2026 à 10:00, Réseau France services <ne-pas-repondre@exemple.fr> a écrit :
>
> \ufeff
> Bonjour,
> France services de Montivilliers vous sollicite.
"""),
)
ZIMBRA = Program(
    "Zimbra",
    """Message-ID: <1234.zimbra@exemple.fr>
X-Mailer: Zimbra 8.8.15 (ZimbraWebClient)
Subject: Re: Demande
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit""",
    f"""Bonjour,

{ANSWER}

Bien cordialement,
Claire Martin


De: "Réseau France services" <ne-pas-repondre@exemple.fr>
À: "Claire Martin" <claire.martin@exemple.fr>
Envoyé: Lundi 23 Novembre 2026 10:00:00
Objet: Demande FS76-2611-7KQ2MX

Bonjour,
France services de Montivilliers vous sollicite.
""",
)
OLD_ZIMBRA = Program(
    "old Zimbra",
    "Message-ID: <1235.zimbra@exemple.fr>\nSubject: Re: Demande\nContent-Type: text/plain; charset=utf-8",
    f"""{ANSWER}

----- Mail original -----
De: "Réseau France services" <ne-pas-repondre@exemple.fr>
À: "Claire Martin" <claire.martin@exemple.fr>

Bonjour
""",
)
HTML_ONLY = Program(
    "a page alone",
    "Message-ID: <html@exemple.fr>\nSubject: Re: Demande\nContent-Type: text/html; charset=utf-8",
    f"""<html><head><style>p {{ color: red }}</style><script>alert("non")</script></head>
<body><p>Bonjour,</p><p>{ANSWER}</p><p>Cordialement<br>Claire Martin</p>
<div id="divRplyFwdMsg"><b>De&nbsp;:</b> Réseau<br><b>Envoyé&nbsp;:</b> lundi</div>
<div>France services vous sollicite.</div></body></html>""",
)
GMAIL_PAGE = Program(
    "Gmail, a page alone",
    "Message-ID: <html2@exemple.fr>\nSubject: Re: Demande\nContent-Type: text/html; charset=utf-8",
    f"""<div dir="ltr">{ANSWER}</div><br><div class="gmail_quote">
<div class="gmail_attr">Le lun. 23 nov., Réseau a écrit&nbsp;:</div>
<blockquote class="gmail_quote"><div>France services vous sollicite.</div></blockquote></div>""",
)
LATIN = Program(
    "Latin 1 that is Windows 1252",
    """Message-ID: <latin@exemple.fr>
Subject: Re: Demande
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: base64""",
    base64.encodebytes(f"{ANSWER}\n\nSalutations distinguées\nClaire".encode("cp1252")).decode(),
)
OUTLOOK_MOBILE = Program(
    "Outlook on a telephone",
    "Message-ID: <mob@exemple.fr>\nSubject: Re: Demande\nContent-Type: text/plain; charset=utf-8",
    f"""{ANSWER}

Télécharger Outlook pour Android<https://aka.ms/x>
________________________________
From: Réseau France services <ne-pas-repondre@exemple.fr>
Sent: Monday, November 23, 2026 10:00:00 AM
To: Claire Martin

Bonjour
""",
)
PROGRAMS = (
    OUTLOOK, GMAIL, THUNDERBIRD, IPHONE, ZIMBRA, OLD_ZIMBRA, HTML_ONLY, GMAIL_PAGE, LATIN, OUTLOOK_MOBILE,
)  # fmt: skip

OUTLOOK_AWAY = Program(
    "Outlook away",
    """Message-ID: <oof1@exemple.fr>
Subject: =?iso-8859-1?Q?R=E9ponse_automatique=A0:_Demande_FS76?=
X-Auto-Response-Suppress: All
Auto-Submitted: auto-generated
Content-Type: text/plain; charset=utf-8""",
    "Je suis absente jusqu’au 30 novembre. En cas d’urgence : Luc Bernard, 02 61 91 00 21.",
)
ZIMBRA_AWAY = Program(
    "Zimbra away",
    """Message-ID: <oof2@exemple.fr>
Subject: Re: Demande FS76-2611-7KQ2MX
Auto-Submitted: auto-replied (zimbra; vacation)
Precedence: bulk
Content-Type: text/plain; charset=utf-8""",
    "Bonjour, je serai de retour le lundi 30 novembre. Cordialement, Claire",
)
ABSENCES = (OUTLOOK_AWAY, ZIMBRA_AWAY)
ACKNOWLEDGEMENT = Program(
    "a desk that acknowledges",
    """Message-ID: <ack@exemple.fr>
Subject: Votre message
Auto-Submitted: auto-replied
Content-Type: text/plain; charset=utf-8""",
    "Nous avons bien reçu votre message. En l’absence de réponse sous 48 h, rappelez.",
)


def bounce(
    to: str | Numbered, address: str, *, action: str = "failed", status: str = "5.1.1", original_id: str = ""
) -> bytes:
    """What Postfix sends back when an address refuses the mail."""
    headers = """Message-ID: <dsn@mx.exemple.fr>
Subject: Undelivered Mail Returned to Sender
Return-Path: <>
Auto-Submitted: auto-replied
Content-Type: multipart/report; report-type=delivery-status; boundary="DSN" """
    body = f"""--DSN
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.
--DSN
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.exemple.fr

Final-Recipient: rfc822; {address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 User unknown
--DSN
Content-Type: text/rfc822-headers

Message-ID: {original_id or "<none@exemple.fr>"}
Subject: Demande
--DSN--
"""
    return mail(to, headers, body, sender="MAILER-DAEMON@mx.exemple.fr", name="Mail Delivery System")


def with_files(
    to: str | Numbered, text: str, *files: tuple[str, str, bytes], message_id: str = "<files@exemple.fr>"
) -> bytes:
    """An answer with attached files: (name, nature, content)."""
    parts = [f"--B\nContent-Type: text/plain; charset=utf-8\n\n{text}\n"]
    for name, kind, content in files:
        parts.append(
            f'--B\nContent-Type: {kind}; name="{name}"\nContent-Transfer-Encoding: base64\n'
            f'Content-Disposition: attachment; filename="{name}"\n\n{base64.encodebytes(content).decode()}'
        )
    headers = f'Message-ID: {message_id}\nSubject: Re: Demande\nContent-Type: multipart/mixed; boundary="B"'
    return mail(to, headers, "\n".join([*parts, "--B--"]))
