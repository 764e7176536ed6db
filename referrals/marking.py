"""By which words may a resident be found again: her phone, her address, the words of her name?"""

import re

from territories.spelling import plain

_MAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+")
_SHORTEST_PHONE = 6
_SHORTEST_WORD = 2
PHONE, MAIL, NAME = "phone", "mail", "name"


def words_of(name: str, reach: str) -> set[tuple[str, str]]:
    """What to mark of an identity: pairs (kind, word), each word in the one spelling that a search will use too."""
    found = {(NAME, word) for word in name_words(name)}
    if mail := _MAIL.search(reach):
        found.add((MAIL, mail[0].casefold()))
    elif phone := phone_figures(reach):
        found.add((PHONE, phone))
    return found


def searched(typed: str) -> set[tuple[str, str]]:
    """What somebody typed in the search, read the same way; all of it must be found on one person."""
    if mail := _MAIL.search(typed):
        return {(MAIL, mail[0].casefold())}
    if phone := phone_figures(typed):
        return {(PHONE, phone)}
    return {(NAME, word) for word in name_words(typed)}


def phone_figures(text: str) -> str:
    """The figures of a phone number in one spelling, « +33 6 12… » as « 06 12… »; empty when it is not one."""
    figures = re.sub(r"\D", "", text)
    if re.match(r"\s*(\+|00)\s*33", text):
        figures = "0" + re.sub(r"^(00)?33(0)?", "", figures)
    letters = sum(character.isalpha() for character in text)
    return figures if len(figures) >= _SHORTEST_PHONE and letters <= len(figures) // 2 else ""


def name_words(text: str) -> set[str]:
    """The words of a name without accents, signs and capitals; an initial alone finds too many."""
    return {word for word in re.split(r"[^a-z0-9]+", plain(text)) if len(word) >= _SHORTEST_WORD}
