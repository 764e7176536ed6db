"""Does this text hold something that must never be stored, such as a social-security number?"""

import re

# Sex, year, month, département (2A and 2B in Corsica), commune, order, and an optional two-figure key;
# spaced, dotted or dashed as people type.
_SEPARATOR = r"[\s\u00a0\u202f.\-_/]?"
_DIGITS = re.compile(
    r"(?<![0-9A-Za-z])"
    + _SEPARATOR.join([r"[1-478]", *[r"[0-9]"] * 4, r"[0-9]", r"[0-9ABab]", *[r"[0-9]"] * 6])
    + rf"(?P<key>{_SEPARATOR}[0-9]{_SEPARATOR}[0-9])?(?![0-9A-Za-z])"
)
_MONTHS = {*range(1, 13), *range(20, 43), *range(50, 100)}

NIR_REFUSED = (
    "Ce texte contient ce qui ressemble à un numéro de sécurité sociale. Il ne peut pas être conservé ici "
    "(décret n° 2019-341) : retirez-le, l’opérateur le demandera lui-même à la personne."
)


def _body_as_number(compact: str) -> int | None:
    """The 13 characters as a number, Corsican letters replaced as Insee says (2A → 19, 2B → 18)."""
    head, department, tail = compact[:5], compact[5:7].upper(), compact[7:13]
    department = {"2A": "19", "2B": "18"}.get(department, department)
    digits = head + department + tail
    return int(digits) if digits.isdigit() else None


def _is_nir(match: re.Match[str]) -> bool:
    compact = re.sub(r"[^0-9A-Za-z]", "", match.group(0))
    body = _body_as_number(compact)
    if body is None or int(compact[3:5]) not in _MONTHS:
        return False
    if len(compact) == 15:
        return int(compact[13:]) == 97 - body % 97
    return compact[5:7] != "00" and compact[7:10] != "000" and compact[10:13] != "000"


def holds_nir(text: str) -> bool:
    """True when the text holds a social-security number: 15 characters with a right key, or 13 that read as one."""
    return any(_is_nir(match) for match in _DIGITS.finditer(text))
