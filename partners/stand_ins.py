"""Would these stand-ins go round in a circle, so that everybody away means nobody?"""

from collections.abc import Iterable, Mapping

from partners.models import Contact, Operator


class TurnsInCircle(Exception):
    """Somebody else's saving made it so since the form was read; nothing was written. `said` is a sentence to show."""

    def __init__(self, path: str) -> None:
        super().__init__("stand-ins turn in a circle")
        self.said = turning_said(path)


def hold_stand_ins(operators: Iterable[int]) -> None:
    """Nobody else changes who stands in for whom at these operators until the end of the transaction.

    Taken before any contact is held, so that two savings never wait for each other.
    """
    list(Operator.objects.select_for_update(no_key=True).filter(pk__in=set(operators)).order_by("pk").values_list("pk"))


def circle(contact: int, stand_in: int, stand_ins: Mapping[int, int]) -> list[int]:
    """The contacts of the circle that `stand_in` for `contact` would close, in order; empty when there is none.

    `stand_ins`: who replaces whom today, by key. A circle among others is not this contact's: it ends the walk.
    """
    followed = [contact]
    current: int | None = stand_in
    while current is not None and current not in followed:
        followed.append(current)
        current = stand_ins.get(current)
    return followed if current == contact else []


def circle_in_words(contact: Contact | None, stand_in: Contact) -> str:
    """« Claire → Noé → Claire », or nothing; a contact that is not saved yet replaces nobody. Two queries."""
    if contact is None:
        return ""
    known = Contact.objects.filter(operator=stand_in.operator_id, stand_in__isnull=False)
    found = circle(contact.pk, stand_in.pk, dict(known.values_list("pk", "stand_in_id")))
    if not found:
        return ""
    names = dict(Contact.objects.filter(pk__in=found).values_list("pk", "name"))
    return " → ".join(names[pk] for pk in [*found, contact.pk])


def turning_said(path: str) -> str:
    return f"Ces remplacements tournent en rond\u00a0: {path}. Choisissez quelqu’un d’autre, ou personne."
