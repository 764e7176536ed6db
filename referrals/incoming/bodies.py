"""What did the person write, without what she quotes and without her signature?"""

import re

from mailparser_reply.parser import EmailMessage as QuotingMessage

from referrals.incoming.pages import words_of_page

LONGEST_TEXT = 20_000
"""Characters of a message that are read; the original keeps the rest."""
_LONGEST_LINE = 600
"""A longer line is no header of a quotation: it is not shown to the patterns of the library, which take their time."""

_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2007": " ", "\u200b": "", "\ufeff": "", "\x00": ""})
# What the library does not know of the French mail programs: from such a line on, everything is quoted.
_QUOTED_FROM_HERE = re.compile(
    r"""
    ^\s*(?:
        (?:[-_*]{2,}\s*)?(?:Message\ (?:d['’]origine|original|transféré|initial)|Mail\ original|E-mail\ d['’]origine
            |Courriel\ original|Original\ Message|Forwarded\ message|Début\ du\ message\ (?:réexpédié|transféré))\b
            .{0,60}
        |[-_]{20,}
        |(?:De|From|Expéditeur)\ ?:\ .{1,400}\n+\s*(?:Date|Envoyé|Sent|À|A|To|Pour|Objet|Subject|Cc)(?:\ le)?\ ?:\ .*
        |(?:>\ ?)*Le\ .{6,300}?(?:\n.{0,300}?)?(?:a\ écrit|a\ écrit\ ce\ qui\ suit|écrivait)\ ?:?
        |(?:>\ ?)*On\ .{6,300}?(?:\n.{0,300}?)?\ wrote:
        |(?:>\ ?)*(?:Selon|Quoting)\ .{1,300}\ ?:
        |-{3,}\ ?(?:Répondre|Merci\ de\ répondre)\ .{1,100}
    )\s*$
    """,
    re.MULTILINE | re.VERBOSE | re.IGNORECASE,
)
_SENT_FROM = re.compile(
    r"^\s*(?:Envoyé (?:de|depuis|à partir de|avec)|Envoyée? de mon|Sent from|Sent with|"
    r"Télécharge[rz] Outlook|Get Outlook|Obtenir Outlook|Provenance :)\s.{0,80}$",
    re.MULTILINE | re.IGNORECASE,
)
_SIGNATURE = re.compile(
    r"^\s*(?:--|—|"
    r"(?:bien |très |tres )?cordialement\b.{0,40}|cdlt?\b.{0,20}|bien à vous\b.{0,20}|bien sincèrement\b.{0,20}|"
    r"respectueusement\b.{0,20}|(?:sincères |bonnes )?salutations\b.{0,40}|"
    r"(?:très )?bonne (?:journée|soirée|réception|fin de journée)\b.{0,30}|"
    r"(?:je vous prie|veuillez) d?[’']?(?:agréer|recevoir|croire)\b.{0,200})\s*$",
    re.MULTILINE | re.IGNORECASE,
)
_CONFIDENTIAL = re.compile(
    r"^\s*(?:Ce (?:message|courriel|mail|courrier électronique)|This (?:e-?mail|message))\b[^\n]{0,120}"
    r"(?:confidentiel|pièces jointes|destinat|confidential|intended)",
    re.MULTILINE | re.IGNORECASE,
)
_SEVERAL_EMPTY_LINES = re.compile(r"\n{3,}")


def reply_in(text: str) -> str:
    """The new words of a reply. When nothing stands above the quotation, what was written under or inside it."""
    readable = _readable(text)
    above = _without_ending(_above_the_quotation(readable))
    if above:
        return above
    own = "\n".join(line for line in readable.split("\n") if not line.lstrip().startswith(">"))
    return _without_ending(_QUOTED_FROM_HERE.sub("", own))


def plain(text: str) -> str:
    """A whole text as it is kept and shown: line ends and spaces made simple, nothing taken away."""
    return _SEVERAL_EMPTY_LINES.sub("\n\n", text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")).strip()


def text_of_html(html: str) -> str:
    """The words of a page, without its programs, styles and pictures; what is quoted begins with « > »."""
    return plain(words_of_page(html))


def _readable(text: str) -> str:
    lines = plain(text[:LONGEST_TEXT]).translate(_SPACES).split("\n")
    return "\n".join(" ".join(line.split()) for line in lines)


def _above_the_quotation(text: str) -> str:
    found = _QUOTED_FROM_HERE.search(text)
    text = text[: found.start()] if found else text
    # A quotation without a header: the lines that begin with « > » at the end.
    lines = text.rstrip().split("\n")
    while lines and (not lines[-1].strip() or lines[-1].startswith(">")):
        lines.pop()
    text = "\n".join(line for line in lines if not line.startswith(">"))
    if any(len(line) > _LONGEST_LINE for line in lines):
        return text
    replies = QuotingMessage(text=text, languages=["fr", "en"], keep_hyphen_lists=True).read().replies
    return replies[0].body if replies else text


def _without_ending(text: str) -> str:
    """Cut the signature, « Envoyé de mon iPhone » and the notice of confidentiality, unless nothing would be left."""
    for ending in (_SENT_FROM, _CONFIDENTIAL, _SIGNATURE):
        found = ending.search(text)
        if found and text[: found.start()].strip():
            text = text[: found.start()]
        elif found and ending is _SENT_FROM:
            text = ""
    return _SEVERAL_EMPTY_LINES.sub("\n\n", text).strip()
