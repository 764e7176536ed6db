"""How is the invented network the same every time it is drawn?"""

from random import Random


def dice(seed: int, what: str) -> Random:
    """A source of chance of its own for each part, so that changing one part leaves the others as they were."""
    return Random(f"{seed}/{what}")  # noqa: S311 - invented data, nothing secret


def phone(number: int) -> str:
    """A number of the range reserved for fiction; ValueError above 9999."""
    if not 0 <= number <= 9999:
        raise ValueError("La plage réservée à la fiction a 10 000 numéros.")
    return f"02 61 91 {number // 100:02d} {number % 100:02d}"
