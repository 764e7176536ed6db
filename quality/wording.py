"""How are counts, shares and months said in French on the charter's pages?"""

from datetime import date

from schedules.wording import MONTHS, NBSP


def counted(number: int, singular: str, plural: str) -> str:
    """A number and its noun: "0 demande", "1 demande", "2 340 demandes"."""
    return f"{spoken_number(number)}{NBSP}{plural if number > 1 else singular}"


def spoken_number(number: int) -> str:
    """Thousands held together: "2 340"."""
    return f"{number:,}".replace(",", NBSP)


def share(part: int, whole: int) -> float:
    """In percent, to one decimal, rounded down: 89.96 never reads as 90. ZeroDivisionError on a share of nothing."""
    return (1000 * part // whole) / 10


def spoken_share(percent: float) -> str:
    """ "93,4 %", "90 %"."""
    return f"{percent:.1f}".removesuffix(".0").replace(".", ",") + f"{NBSP}%"


def spoken_month(day: date) -> str:
    """ "novembre 2026"."""
    return f"{MONTHS[day.month - 1]} {day.year}"
