"""Does this text hold something that must never be stored, such as a social-security number?"""

import re
import unicodedata

# Sex, year, month, département (2A and 2B in Corsica), commune, order, and a two-figure key.
_FIGURES = [r"[1-478]", *[r"[0-9]"] * 5, r"[0-9ABab]", *[r"[0-9]"] * 6]
# A « + » begins another phone number.
_ANY_SIGN = r"[^\w+]"
_TYPED_SIGN = r"[\s.\-/]"


def _spelled(figures: list[str], signs: str) -> str:
    """These figures in turn, each a group of its own, with such signs between them."""
    return signs.join(f"({figure})" for figure in figures)


# Looked for from every figure, also inside what another reading already took: « 12 1 84 12 76 451 089 46 ».
_WITH_KEY = re.compile(rf"(?<![0-9])(?={_spelled([*_FIGURES, '[0-9]', '[0-9]'], _ANY_SIGN + '{0,3}')}(?![0-9]))")
_WITHOUT_KEY = re.compile(
    rf"(?<![0-9A-Za-z])(?={_spelled(_FIGURES, _TYPED_SIGN + '?')}"
    rf"(?!(?:{_TYPED_SIGN}?[0-9]){{2}}(?![0-9A-Za-z]))(?![0-9A-Za-z]))"
)
# Cut as it is on the card, whatever the signs between: 1 84 12 76 451 089.
_CARD = ["[12]", "[0-9]{2}", "0[1-9]|1[0-2]", "[0-9]{2}|2[ABab]", "[0-9]{3}", "[0-9]{3}"]
_AS_ON_THE_CARD = re.compile(rf"(?<![0-9])(?={_spelled(_CARD, _ANY_SIGN + '{1,3}')}(?![0-9]))")
_FRENCH_ACCOUNT = re.compile(r"(?<![0-9A-Za-z])[Ff][Rr][0-9]{2}(?: ?[0-9A-Za-z]){23}(?![0-9A-Za-z])")
_MONTHS = {*range(1, 13), *range(20, 43), *range(50, 100)}

NIR_REFUSED = (
    "Ce texte contient ce qui ressemble à un numéro de sécurité sociale. Il ne peut pas être conservé ici "
    "(décret n° 2019-341) : retirez-le, l’opérateur le demandera lui-même à la personne."
)


def holds_nir(text: str) -> bool:
    """True when the text holds a social-security number: 15 characters with a right key, or 13 that read as one.

    With its key, up to three signs may stand between two figures, and letters before and after. Time grows as the
    length of the text.
    """
    plain = _FRENCH_ACCOUNT.sub(_without_account, _in_plain_figures(text)).replace("_", "-")
    return (
        any(map(_has_right_key, _WITH_KEY.finditer(plain)))
        or any(map(_reads_as_nir, _AS_ON_THE_CARD.finditer(plain)))
        or any(map(_reads_as_nir, _WITHOUT_KEY.finditer(plain)))
    )


def _in_plain_figures(text: str) -> str:
    """Figures of every script as 0 to 9, full-width letters as ours; invisible signs and accents of their own gone.

    Character by character: normalising a whole text takes a time that an unfriendly one makes quadratic.
    """
    if text.isascii():
        return text
    return text.translate({ord(character): _plain(character) for character in set(text) if not character.isascii()})


def _plain(character: str) -> str:
    if unicodedata.category(character) in {"Cf", "Mn", "Me"}:
        return ""
    alike = unicodedata.normalize("NFKC", character)
    if alike.isascii():
        return alike
    figure = unicodedata.decimal(alike, None) if len(alike) == 1 else None
    return character if figure is None else str(figure)


def _without_account(match: re.Match[str]) -> str:
    """The number of a bank account whose own key is right holds no other number (ISO 13616)."""
    compact = match[0].replace(" ", "").upper()
    turned = "".join(str(int(character, 36)) for character in compact[4:] + compact[:4])
    return "IBAN" if int(turned) % 97 == 1 else match[0]


def _parts(match: re.Match[str]) -> tuple[str, int | None]:
    """The characters alone, and the first 13 as a number: Corsica counts as Insee says (2A → 19, 2B → 18)."""
    compact = "".join(match.groups())
    if int(compact[3:5]) not in _MONTHS:
        return compact, None
    body = compact[:13]
    if not body.isdigit():
        department = {"2A": "19", "2B": "18"}.get(body[5:7].upper(), "")
        return compact, int(body[:5] + department + body[7:]) if department else None
    return compact, int(body)


def _has_right_key(match: re.Match[str]) -> bool:
    compact, number = _parts(match)
    return number is not None and int(compact[13:]) == 97 - number % 97


def _reads_as_nir(match: re.Match[str]) -> bool:
    compact, number = _parts(match)
    return number is not None and "000" not in (compact[7:10], compact[10:13]) and compact[5:7] != "00"
