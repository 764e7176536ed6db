"""Which colleagues does a note call: « @Aline, tu peux rappeler ? »"""

import re
from collections.abc import Mapping

from territories.spelling import plain

_CALL = re.compile(r"(?<![\w@.])@\s?(?=\w)")


def called(text: str, names: Mapping[int, str]) -> set[int]:
    """The people whose name follows an @ in the text: whole, or a first name that only one of them has.

    `names` are the full names by number. Accents and capitals do not count; the longest name that fits wins, so that
    « @Marie Claude » is not Marie. An @ inside an address calls nobody.
    """
    spelled = _spellings(names)
    found = set()
    for match in _CALL.finditer(text):
        said = plain(text[match.end() : match.end() + 120]).split()
        for length in range(min(len(said), 6), 0, -1):
            person = spelled.get(" ".join(said[:length]))
            if person is not None:
                found.add(person)
                break
    return found


def _spellings(names: Mapping[int, str]) -> dict[str, int]:
    """Each whole name, and each first name that one person alone has."""
    spelled: dict[str, int] = {}
    shared: set[str] = set()
    for person, name in names.items():
        words = plain(name).split()
        for spelling in {" ".join(words), words[0] if words else ""} - {""}:
            if spelling in spelled and spelled[spelling] != person:
                shared.add(spelling)
            spelled[spelling] = person
    return {spelling: person for spelling, person in spelled.items() if spelling not in shared}
