"""Does this text hold what must never be stored: a social-security number, a bank card, a password?"""

import re
import unicodedata
from collections.abc import Iterator

# Sex, year, month, département (2A and 2B in Corsica), commune, order, and a two-figure key.
_FIGURES = [r"[1-478]", *[r"[0-9]"] * 5, r"[0-9ABab]", *[r"[0-9]"] * 6]
# A « + » begins another phone number.
_ANY_SIGN = r"[^\w+]"
_TYPED_SIGN = r"[\s.\-/]"


def _spelled(figures: list[str], signs: str) -> str:
    """These figures in turn, each a group of its own, with such signs between them."""
    return signs.join(f"({figure})" for figure in figures)


# Looked for from every figure, also inside what another reading already took: « 12 1 84 12 76 451 089 46 ».
# « +33 » begins a phone number, never this one.
_WITH_KEY = re.compile(
    rf"(?<![0-9])(?!(?<=\+)33)(?={_spelled([*_FIGURES, '[0-9]', '[0-9]'], _ANY_SIGN + '{0,3}')}(?![0-9]))"
)
_WITHOUT_KEY = re.compile(
    rf"(?<![0-9A-Za-z])(?={_spelled(_FIGURES, _TYPED_SIGN + '?')}"
    rf"(?!(?:{_TYPED_SIGN}?[0-9]){{2}}(?![0-9A-Za-z]))(?![0-9A-Za-z]))"
)
# Cut as it is on the card, whatever the signs between: 1 84 12 76 451 089.
_CARD = ["[12]", "[0-9]{2}", "0[1-9]|1[0-2]", "[0-9]{2}|2[ABab]", "[0-9]{3}", "[0-9]{3}"]
_AS_ON_THE_CARD = re.compile(rf"(?<![0-9])(?={_spelled(_CARD, _ANY_SIGN + '{1,3}')}(?![0-9]))")
_FRENCH_ACCOUNT = re.compile(r"(?<![0-9A-Za-z])[Ff][Rr][0-9]{2}(?: ?[0-9A-Za-z]){23}(?![0-9A-Za-z])")
_ACCOUNT = re.compile(
    r"(?<![0-9A-Za-z])[A-Za-z]{2}[0-9]{2}(?:[0-9A-Za-z]{11,30}|(?: [0-9A-Za-z]{1,4}){3,8})(?![0-9A-Za-z])"
)
_SHORTEST_ACCOUNT = 15
_COUNTRIES_OF_ACCOUNTS = (
    "AD AL AT BA BE BG CH CY CZ DE DK EE ES FI FR GB GE GR HR HU IE IL IS IT LB LI LT LU LV MA MC MD ME MK MR MT NL NO "
    "PL PT RO RS SE SI SK SM TN TR UA XK"
)
# A card is typed in one go, cut as it is embossed (4-4-4-4, 4-6-5, 4-6-4), or its figures by ones or twos, whole.
_CARDS = [
    re.compile(r"(?<![0-9])(?=([0-9]{13}|[0-9]{15,19})(?![0-9]))"),
    re.compile(rf"(?<![0-9])(?=([0-9]{{4}}({_ANY_SIGN}{{1,3}})(?:[0-9]{{4}}\2){{2}}[0-9]{{4}})(?![0-9]))"),
    re.compile(rf"(?<![0-9])(?=([0-9]{{4}}({_ANY_SIGN}{{1,3}})(?:[0-9]{{4}}\2){{3}}[0-9]{{1,3}})(?![0-9]))"),
    re.compile(rf"(?<![0-9])(?=([0-9]{{4}}({_ANY_SIGN}{{1,3}})[0-9]{{6}}\2[0-9]{{4,5}})(?![0-9]))"),
    re.compile(
        rf"(?<![0-9+])(?<![0-9]{_ANY_SIGN})(?=([0-9]{{1,2}}({_ANY_SIGN}{{1,3}})[0-9]{{1,2}}(?:\2[0-9]{{1,2}}){{5,17}})"
        rf"(?!\2?[0-9]))"
    ),
]
_VISA, _AMERICAN, _DINERS = {13, 16, 19}, 15, 14
_WORDS_BEFORE_A_PASSWORD = r"(?:mots?\s{1,3}de\s{1,3}passe|m\.?d\.?p\.?|password|passwd|passcode|pwd|code\s{1,3}secret)"
_PASSWORD = re.compile(
    rf"(?<!\w){_WORDS_BEFORE_A_PASSWORD}"
    r"(?:\s{0,3}(?:\b(?:est|is)\s{0,3})?(?::|=|->|→)\s{0,3}[«“\"'(\[]?\s?([^\s»”\"]{2,})"
    r"|\s{1,3}(?:(?:est|is)\s{1,3})?(?=[^\s]{0,40}[0-9])(?=[^\s]{0,40}[^\W\d_])(?!FS[0-9]{2}-)([^\s»”\"]{6,}))",
    re.IGNORECASE,
)
# « Mot de passe : oublié » and « mot de passe : la personne ne le retrouve pas » tell no password.
_SMALL_WORDS = (
    "à a ai au aux aucun aucune avec bloqué bloquée ce ces cela changé comment création créer dans de demande des "
    "déjà du elle elles en encore erreur erroné est et expiré faux il ils inconnu invalide je la le les lui ma mais "
    "même mes modifié mon monsieur madame mme ne non nouveau nous on ok ou oublié oubliée par pas perdu perdue "
    "personne plus pour problème que qui quoi refusé renouvelé réinitialisation réinitialisé réinitialiser sa sans se "
    "ses si son sont sur toujours trop un une usager usagère voir vous y renouveler changer refaire refait"
)
_ORDINARY_WORDS = frozenset(_SMALL_WORDS.split())
_APOSTROPHE = re.compile(r"[’']")
NUMBER_MASKED, PASSWORD_MASKED = "[numéro masqué]", "[mot de passe masqué]"
_ROUNDS = 5
_MONTHS = {*range(1, 13), *range(20, 43), *range(50, 100)}

NIR_REFUSED = (
    "Ce texte contient ce qui ressemble à un numéro de sécurité sociale. Il ne peut pas être conservé ici "
    "(décret n° 2019-341) : retirez-le, l’opérateur le demandera lui-même à la personne."
)
CARD_REFUSED = (
    "Ce texte contient ce qui ressemble à un numéro de carte bancaire. Il ne peut pas être conservé ici : retirez-le. "
    "Personne n’en a besoin pour suivre une demande."
)
PASSWORD_REFUSED = (
    "Ce texte contient ce qui ressemble à un mot de passe. Il ne peut pas être conservé ici : retirez-le, "
    "la personne seule doit le connaître."
)


def refusal(text: str) -> str | None:
    """Why this text may not be kept, in French, for the person who typed it; None when it may."""
    if holds_nir(text):
        return NIR_REFUSED
    if holds_card(text):
        return CARD_REFUSED
    return PASSWORD_REFUSED if any(_passwords(_in_plain_figures(text))) else None


def masked(text: str) -> tuple[str, bool]:
    """The text with every forbidden number and password replaced by a word that says so, and whether any was.

    For what arrives by itself, such as a mail: nobody is there to be asked to take it away. What is given back holds
    nothing that `refusal` refuses.
    """
    shown = text
    for _ in range(_ROUNDS):
        places = _places(shown)
        if not places:
            return shown, shown != text
        shown = "".join(_pieces(shown, places))
    return (shown, True) if refusal(shown) is None else (NUMBER_MASKED, True)


def _pieces(text: str, places: list[tuple[int, int, str]]) -> Iterator[str]:
    done = 0
    for start, end, word in places:
        yield text[done:start]
        yield word
        done = end
    yield text[done:]


def _places(text: str) -> list[tuple[int, int, str]]:
    """Where to mask, in order, without overlap: start and end in the text as it came, and what to write there."""
    plain, where = _with_places(text)
    readable = _without_accounts(plain)
    found = [(*_span(match), NUMBER_MASKED) for match in _nirs(readable)]
    found += [(*match.span(1), NUMBER_MASKED) for match in _cards(plain)]
    found += [(*place, PASSWORD_MASKED) for place in _passwords(plain)]
    kept: list[tuple[int, int, str]] = []
    for start, end, word in sorted(found):
        if kept and start < kept[-1][1]:
            kept[-1] = (kept[-1][0], max(end, kept[-1][1]), kept[-1][2])
        else:
            kept.append((start, end, word))
    return [(where[start], where[end - 1] + 1, word) for start, end, word in kept]


def _with_places(text: str) -> tuple[str, list[int]]:
    """The text in plain figures, and for each of its characters the place it had."""
    plain, where = [], []
    known: dict[str, str] = {}
    for place, character in enumerate(text):
        alike = character
        if not character.isascii():
            if character not in known:
                known[character] = _plain(character)
            alike = known[character]
        plain.append(alike)
        where.extend([place] * len(alike))
    return "".join(plain), where


def _cards(plain: str) -> Iterator[re.Match[str]]:
    """The numbers of bank cards: a length and a beginning that issuers use, and a right key (Luhn, ISO/IEC 7812)."""
    readable = _ACCOUNT.sub(_without_any_account, plain).replace("_", "-")
    for pattern in _CARDS:
        for match in pattern.finditer(readable):
            figures = re.sub("[^0-9]", "", match[1])
            if _has_issuer(figures) and _has_luhn_key(figures):
                yield match


def _has_issuer(figures: str) -> bool:
    """Visa, Mastercard, Maestro, American Express, Diners, JCB, UnionPay. So a Siret or a tax number is none."""
    length, four = len(figures), int(figures[:4])
    if figures[0] == "4":
        return length in _VISA
    if length == _AMERICAN:
        return figures[:2] in ("34", "37")
    if length == _DINERS:
        return figures[:2] in ("36", "38", "39") or 3000 <= four <= 3059
    if length == 16 and (5100 <= four <= 5599 or 2221 <= four <= 2720):
        return True
    return length >= 16 and (3528 <= four <= 3589 or figures[0] == "6" or figures[:2] in ("50", "56", "57", "58"))


def _has_luhn_key(figures: str) -> bool:
    from_the_right = [int(figure) for figure in reversed(figures)]
    doubled = [sum(divmod(2 * figure, 10)) for figure in from_the_right[1::2]]
    return (sum(from_the_right[::2]) + sum(doubled)) % 10 == 0


def _passwords(plain: str) -> Iterator[tuple[int, int]]:
    """Where a password was written after « mot de passe : », « mdp = » and the like."""
    for match in _PASSWORD.finditer(plain):
        group = 1 if match[1] else 2
        word = match[group].strip(".,;:!?…()[]«»")
        first = _APOSTROPHE.split(word)[0].casefold()
        is_ordinary = word.casefold() in _ORDINARY_WORDS or len(first) <= 1 < len(word) != len(first)
        if word and not is_ordinary and not _is_masked(plain, match.start(group)):
            yield match.span(group)


def _is_masked(plain: str, at: int) -> bool:
    return plain[max(0, at - 1) : at + 20].lstrip("[ ").startswith("mot de passe masqu")


def holds_card(text: str) -> bool:
    """True when the text holds the number of a bank card, typed in one go or cut as it is embossed."""
    return any(_cards(_in_plain_figures(text)))


def holds_nir(text: str) -> bool:
    """True when the text holds a social-security number: 15 characters with a right key, or 13 that read as one.

    With its key, up to three signs may stand between two figures, and letters before and after. Time grows as the
    length of the text.
    """
    return any(_nirs(_without_accounts(_in_plain_figures(text))))


def _nirs(readable: str) -> Iterator[re.Match[str]]:
    yield from filter(_has_right_key, _WITH_KEY.finditer(readable))
    yield from filter(_reads_as_nir, _AS_ON_THE_CARD.finditer(readable))
    yield from filter(_reads_as_nir, _WITHOUT_KEY.finditer(readable))


def _span(match: re.Match[str]) -> tuple[int, int]:
    """From the first figure to the last: the match itself is empty, it only looks ahead."""
    return match.start(1), match.end(match.re.groups)


def _without_accounts(plain: str) -> str:
    return _FRENCH_ACCOUNT.sub(_without_account, plain).replace("_", "-")


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
    """The number of a bank account whose own key is right holds no other number; every place is kept."""
    return "X" * len(match[0]) if _has_account_key(match[0]) else match[0]


def _without_any_account(match: re.Match[str]) -> str:
    """The same for every country: what follows the account is given back, group by group."""
    head = match[0] if match[0][:2].upper() in _COUNTRIES_OF_ACCOUNTS else ""
    while len(head.replace(" ", "")) >= _SHORTEST_ACCOUNT:
        if _has_account_key(head):
            return "X" * len(head) + match[0][len(head) :]
        head = head.rpartition(" ")[0]
    return match[0]


def _has_account_key(account: str) -> bool:
    """ISO 13616: turned round and read with letters as numbers, it leaves 1 when divided by 97."""
    compact = account.replace(" ", "").upper()
    return int("".join(str(int(character, 36)) for character in compact[4:] + compact[:4])) % 97 == 1


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
