"""Which commune was typed?"""

from django.core.exceptions import ValidationError

from territories.models import Commune
from territories.spelling import plain

_COMMUNES_SHOWN = 20


def commune_named(text: str) -> Commune:
    """The commune that was typed (a postcode before an Insee code), or an error that names those it could be."""
    found = list(Commune.objects.filter(postal_codes__code=text)[:_COMMUNES_SHOWN])
    found = found or list(Commune.objects.matching(text)[:_COMMUNES_SHOWN])
    exact = [commune for commune in found if commune.plain_name == plain(text)]
    if len(exact or found) == 1:
        return (exact or found)[0]
    if not found:
        raise ValidationError("Cette commune n’est pas connue. Tapez son nom ou son code postal.", code="unknown")
    names = ", ".join(commune.name for commune in found)
    raise ValidationError(f"Plusieurs communes correspondent : précisez parmi {names}.", code="several")
