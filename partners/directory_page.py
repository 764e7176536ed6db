"""What does a page of the directory hold, once everything was read?"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.core.paginator import Page

from partners.facts import ContactSheet, ServiceSheet
from partners.models import Contact, Operator, Procedure, Subject
from territories.models import Commune


@dataclass
class OperatorSheet:
    """An operator of the directory: what is shown of its démarches and contacts, and how many there are."""

    operator: Operator
    procedures: list[Procedure] = field(default_factory=list)
    procedures_count: int = 0
    contacts: list[ContactSheet] = field(default_factory=list)
    contacts_count: int = 0

    @property
    def has_more(self) -> bool:
        return self.procedures_count > len(self.procedures) or self.contacts_count > len(self.contacts)


@dataclass(frozen=True)
class Placed:
    """Words of which some were read as a commune: the others, and it. `otherwise`: the nearest spelling of them all."""

    words: str
    commune: Commune
    otherwise: str = ""


@dataclass(frozen=True)
class Directory:
    """`page`: the contacts of the one operator asked for. `reading`: the words that found it, if others were typed.

    `placed`: how the words were read when none of it has them all.
    """

    operators: list[OperatorSheet]
    subjects: list[Subject]
    services: list[ServiceSheet]
    services_count: int
    page: Page[Contact] | None = None
    reading: str = ""
    suggestions: Sequence[Procedure] = ()
    placed: Placed | None = None

    @property
    def is_empty(self) -> bool:
        return not (self.operators or self.subjects or self.services)

    @property
    def procedures_count(self) -> int:
        return sum(sheet.procedures_count for sheet in self.operators)

    @property
    def contacts_count(self) -> int:
        return sum(sheet.contacts_count for sheet in self.operators)
