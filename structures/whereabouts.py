"""Which commune does somebody mean who types a name or a postcode?"""

from collections.abc import Iterable
from dataclasses import dataclass

from territories.models import Commune

MOST_CHOICES = 20


@dataclass(frozen=True, slots=True)
class Choice:
    insee: str
    name: str  # with its postcodes, since communes of one name exist


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """The commune, or what to choose from; `is_guess` when nothing fits without a typo, `has_more` beyond these."""

    commune: Commune | None = None
    choices: tuple[Choice, ...] = ()
    is_guess: bool = False
    has_more: bool = False


def find(typed: str, insee: str = "") -> Whereabouts:
    """The commune that was picked in a list, or else the one that the text means. At most three statements."""
    if insee and (picked := Commune.objects.filter(pk=insee).first()):
        return Whereabouts(commune=picked)
    found = list(Commune.objects.matching(typed).prefetch_related("postal_codes")[: MOST_CHOICES + 1])
    exact = [commune for commune in found if getattr(commune, "match_rank", None) == 0]
    if len(found) == 1 or len(exact) == 1:
        return Whereabouts(commune=(exact or found)[0])
    if found:
        return Whereabouts(choices=_choices(exact or found[:MOST_CHOICES]), has_more=len(found) > MOST_CHOICES)
    close = Commune.objects.resembling(typed).prefetch_related("postal_codes")[:MOST_CHOICES]
    return Whereabouts(choices=_choices(close), is_guess=True)


def _choices(communes: Iterable[Commune]) -> tuple[Choice, ...]:
    return tuple(Choice(commune.pk, _with_postcodes(commune)) for commune in communes)


def _with_postcodes(commune: Commune) -> str:
    codes = ", ".join(code.code for code in commune.postal_codes.all())
    return f"{commune.name} ({codes})" if codes else commune.name
