"""Which texts may hold nothing that leads to a person: no telephone number, no mail address?"""

import re

from django.core.exceptions import ValidationError

_SIGN = r"[\s.\-/\u00a0\u202f]?"
_PHONE = re.compile(rf"(?<!\d)(?:(?:\+|00){_SIGN}33{_SIGN}(?:\(0\)|0)?{_SIGN}|0)[1-9](?:{_SIGN}\d{{2}}){{4}}(?!\d)")
_MAIL = re.compile(r"[^\s@]+@[^\s@]+\.[a-z]{2,}", re.IGNORECASE)


def leads_to_nobody(text: str) -> None:
    """A validator. The social-security number is refused by the form itself."""
    if _PHONE.search(text) or _MAIL.search(text):
        raise ValidationError(
            "Ce texte contient un téléphone ou une adresse mail. On ne garde ici que des nombres et des faits, "
            "rien qui mène à une personne\u00a0: retirez-le.",
            code="identity",
        )
