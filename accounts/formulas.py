"""Which texts would a spreadsheet run as a formula, and how are they written so that it does not?

A reader that mistakes the separator cuts a cell at its semicolons, tabs and ends of lines, so what follows one is
looked at too. Nothing is lost: `unguarded` gives back what `guarded` was given.
"""

import re

_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")
_BEGINS = r"(?:^|(?<=[;\t\r\n]))"
_RUNS = r"(?=[ \u00a0']*[=+\-@＝＋－＠])"
_LIVE = re.compile(f"{_BEGINS}{_RUNS}")
_GUARDED = re.compile(f"{_BEGINS}'{_RUNS}")


def guarded(text: str) -> str:
    """The text with an apostrophe before whatever would run; a plain number stays one."""
    return text if _NUMBER.fullmatch(text) else _LIVE.sub("'", text)


def unguarded(text: str) -> str:
    """The text without the apostrophes of `guarded`."""
    return _GUARDED.sub("", text)
