"""What does the directory show for these words and this commune, at the same cost whatever its size?

Contacts are looked for in SQL: one scan of 20,000 short texts takes a few milliseconds, and is never stale. Of what it
finds, only keys and names are read; hours, rules and badges are then read for the few contacts that a page shows.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from heapq import nsmallest

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, F, Prefetch, Q, Value, When, Window, prefetch_related_objects
from django.db.models.functions import RowNumber

from partners.facts import ContactSheet, ServiceSheet, contact_sheet, service_matches, service_sheet
from partners.models import Contact, LocalService, Operator, Procedure, ProcedureQuerySet, Rule, Subject
from partners.reach import ELSEWHERE, Places, covering, reach_of
from partners.search import Found, beginning, look_up_names
from partners.sessions import ahead
from schedules.calendars import PARIS
from schedules.here import calendar_around
from territories.models import Commune
from territories.spelling import all_begin, matches, query_words, words

PROCEDURES_FOUND = 40
PROCEDURES_SHOWN = 8
CONTACTS_SHOWN = 3
CONTACTS_PER_PAGE = 20
SERVICES_SHOWN = 12
SUGGESTIONS = 4
SHORTEST_TERRITORY = 3
_READ = ("operator_id", "plain_name", "pk")


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
class Directory:
    """`page`: the contacts of the one operator asked for. `reading`: the words that found it, if others were typed."""

    operators: list[OperatorSheet]
    subjects: list[Subject]
    services: list[ServiceSheet]
    services_count: int
    page: Page[Contact] | None = None
    reading: str = ""
    suggestions: Sequence[Procedure] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.operators or self.subjects or self.services)

    @property
    def procedures_count(self) -> int:
        return sum(sheet.procedures_count for sheet in self.operators)

    @property
    def contacts_count(self) -> int:
        return sum(sheet.contacts_count for sheet in self.operators)


def search_directory(
    text: str, now: datetime, *, offices: Collection[int], commune: Commune | None = None
) -> Directory:
    """What the words leave of the directory; misspelt words that find nothing are read as their nearest spelling.

    `offices`: the partner offices (keys of teams) whose contacts the reader may call; nobody else's are in it.
    `commune`: contacts and services that cover it come first.
    """
    reader = _Reader(now, offices, commune)
    found = look_up_names(text, PROCEDURES_FOUND) if text else Found([], text)
    if not found.is_close:
        return reader.search(text, found.procedures)
    return reader.search_close(text, found)


def whole_directory(now: datetime, *, offices: Collection[int], commune: Commune | None = None) -> Directory:
    """Every operator with the first of its démarches and contacts, the subjects outside, the first local services."""
    return _Reader(now, offices, commune).everything()


def one_operator(
    operator: Operator, now: datetime, *, offices: Collection[int], commune: Commune | None = None, page: str = "1"
) -> Directory:
    """All the démarches of an operator and a page of its contacts."""
    return _Reader(now, offices, commune).of(operator, page)


class _Reader:
    """One look at the directory: who reads, from where, when."""

    def __init__(self, now: datetime, offices: Collection[int], commune: Commune | None) -> None:
        self.now, self.commune = now, commune
        self.calendar = calendar_around(now)
        self.operators = list(Operator.objects.in_bundle(now.astimezone(PARIS).date()))
        self.places = Places()
        self.said = {row.pk: words(_said_of(row)) for row in self.operators}
        self.callable = (
            Contact.objects.in_service()
            .filter(office__in=offices, operator__in=[operator.pk for operator in self.operators])
            .order_by()
        )

    def everything(self) -> Directory:
        procedures = self._first(Procedure.objects.in_use(), ["name", "pk"], PROCEDURES_SHOWN)
        services, count = self._services("")
        return Directory(
            operators=self._sheets(self.operators, procedures, self._first_contacts(self.callable.values_list(*_READ))),
            subjects=self.subjects,
            services=services,
            services_count=count,
        )

    def search(self, text: str, procedures: Sequence[Procedure]) -> Directory:
        wanted = self.callable.filter(self._wanted(text, procedures))
        return self._directory(text, procedures, self._first_contacts(wanted.values_list(*_READ)))

    def search_close(self, text: str, close: Found) -> Directory:
        """What is written so if anything is, else what is nearly so: one scan of the contacts for both."""
        exact, nearly = self._wanted(text, []), self._wanted(close.reading, close.procedures)
        as_typed = Case(When(exact, then=Value(1)), default=Value(0))
        wanted = self.callable.filter(exact | nearly).annotate(as_typed=as_typed)
        rows = list(wanted.values_list(*_READ, "as_typed"))
        found = self._directory(text, [], self._first_contacts(row[:3] for row in rows if row[3]))
        if not found.is_empty:
            return found
        # Nothing is written as typed: all the rows are near.
        near = self._first_contacts(row[:3] for row in rows)
        found = self._directory(close.reading, close.procedures, near)
        return replace(found, reading=close.reading, suggestions=close.procedures[:SUGGESTIONS])

    def _wanted(self, text: str, procedures: Sequence[Procedure]) -> Q:
        named = Q(operator__in=[row.pk for row in self._named(text)])
        return named | self._answering_for(procedures) | self._contact_words(text)

    def _directory(self, text: str, procedures: Sequence[Procedure], contacts: Sequence[Contact]) -> Directory:
        found = {row.pk for row in self._named(text)}
        found |= {row.operator_id for row in procedures} | {row.operator_id for row in contacts}
        rank = {pk: place for place, pk in reversed(list(enumerate(row.operator_id for row in procedures)))}
        shown = [row for row in self.operators if row.pk in found]
        shown.sort(key=lambda row: rank.get(row.pk, PROCEDURES_FOUND))
        services, count = self._services(text)
        return Directory(
            operators=self._sheets(shown, procedures, contacts),
            subjects=[row for row in self.subjects if matches(text, f"{row.search_text} {row.who_label}")],
            services=services,
            services_count=count,
        )

    def of(self, operator: Operator, page: str) -> Directory:
        rows = self.callable.filter(operator=operator).annotate(reach=reach_of(self.commune))
        shown = Paginator(rows.order_by("reach", "plain_name", "pk"), CONTACTS_PER_PAGE).get_page(page)
        contacts = _with_all(list(shown.object_list))
        procedures = list(Procedure.objects.in_use().filter(operator=operator).order_by("theme__position", "name"))
        sheet = OperatorSheet(
            operator,
            procedures,
            len(procedures),
            [contact_sheet(row, self.now, self.calendar) for row in contacts],
            shown.paginator.count,
        )
        return Directory(operators=[sheet], subjects=[], services=[], services_count=0, page=shown)

    def _first(self, rows: ProcedureQuerySet, order: list[str], most: int) -> list[Procedure]:
        operator = [F("operator_id")]
        placed = rows.order_by().annotate(
            place=Window(RowNumber(), partition_by=operator, order_by=order),
            total=Window(Count("pk"), partition_by=operator),
        )
        return list(placed.filter(place__lte=most).order_by("place"))

    def _first_contacts(self, rows: Iterable[tuple[int, str, int]]) -> list[Contact]:
        """The first of each operator, those that cover the commune before; each knows how many its operator has."""
        by_operator: dict[int, list[tuple[str, int]]] = {}
        for operator, name, pk in rows:
            by_operator.setdefault(operator, []).append((name, pk))
        if not by_operator:
            return []
        reach = covering(self.commune, [pk for named in by_operator.values() for _, pk in named])
        first: dict[int, int] = {}
        for named in by_operator.values():
            ranked = ((reach.get(pk, ELSEWHERE), name, pk) for name, pk in named)
            first |= {pk: found for found, _, pk in nsmallest(CONTACTS_SHOWN, ranked)}
        found = Contact.objects.order_by().select_related("stand_in", "schedule").in_bulk(list(first))
        operators = {row.pk: row for row in self.operators}
        for pk, contact in found.items():
            contact.operator = operators[contact.operator_id]
            contact.reach, contact.total = first[pk], len(by_operator[contact.operator_id])  # type: ignore[attr-defined]
        return _with_all([found[pk] for pk in first if pk in found])

    def _sheets(
        self, operators: Sequence[Operator], procedures: Sequence[Procedure], contacts: Sequence[Contact]
    ) -> list[OperatorSheet]:
        sheets = {row.pk: OperatorSheet(row) for row in operators}
        for procedure in procedures:
            if sheet := sheets.get(procedure.operator_id):
                # The query knows how many there are when it gave only the first ones.
                sheet.procedures_count = getattr(procedure, "total", sheet.procedures_count + 1)
                if len(sheet.procedures) < PROCEDURES_SHOWN:
                    sheet.procedures.append(procedure)
        for contact in contacts:
            if sheet := sheets.get(contact.operator_id):
                sheet.contacts.append(contact_sheet(contact, self.now, self.calendar))
                sheet.contacts_count = contact.total  # type: ignore[attr-defined]
        return list(sheets.values())

    def _answering_for(self, procedures: Sequence[Procedure]) -> Q:
        """Contacts whose rules name one of these démarches, or all of those of its operator."""
        if not procedures:
            return Q(pk__in=())
        rules = Rule.objects.order_by().values("contact")
        operators = {row.operator_id for row in procedures}
        whole = Q(operator__in=operators, pk__in=rules.filter(procedure=None))
        return whole | Q(pk__in=rules.filter(procedure__in=[row.pk for row in procedures]))

    def _contact_words(self, text: str) -> Q:
        """Each word begins a word of the contact's name or function, of its operator, or of a place that it covers."""
        wanted, typed = Q(), query_words(text)
        for word in typed:
            fits = beginning(word, "plain_name")
            if operators := self._named(word):
                fits |= Q(operator__in=[row.pk for row in operators])
            if len(word) >= SHORTEST_TERRITORY and (about := self.places.contacts_about(word)) is not None:
                fits |= Q(pk__in=about)
            wanted &= fits
        return wanted if typed else Q(pk__in=())

    def _named(self, text: str) -> list[Operator]:
        """The operators of which each typed word begins a word of the names and acronyms."""
        typed = query_words(text)
        return [row for row in self.operators if all_begin(typed, self.said[row.pk])]

    @cached_property
    def subjects(self) -> list[Subject]:
        return list(Subject.objects.all())

    @cached_property
    def services(self) -> list[LocalService]:
        return list(LocalService.objects.in_service().select_related("commune", "schedule"))

    def _services(self, text: str) -> tuple[list[ServiceSheet], int]:
        fitting = [row for row in self.services if service_matches(text, row)]
        if (here := self.commune) is not None:
            fitting.sort(key=lambda row: row.commune_id != here.pk)
        shown = fitting[:SERVICES_SHOWN]
        prefetch_related_objects(
            shown,
            "schedule__slots",
            "schedule__closures",
            "schedule__extras",
            "limit_rows__need",
            "limit_rows__procedure",
            ahead(self.now),
        )
        return [service_sheet(row, self.now) for row in shown], len(fitting)


def names(operator: Operator, text: str) -> bool:
    """Whether each typed word begins a word of the operator's names and acronyms."""
    return matches(text, _said_of(operator))


def _said_of(operator: Operator) -> str:
    return f"{operator.name} {operator.official_name} {operator.synonyms}"


def _with_all(contacts: list[Contact]) -> list[Contact]:
    """Everything that a card reads, for these contacts only."""
    rules = Rule.objects.select_related("procedure", "blocker", "commune", "epci", "arrondissement", "departement")
    prefetch_related_objects(
        contacts,
        "operator",
        "stand_in",
        "schedule__slots",
        "schedule__closures",
        "schedule__extras",
        Prefetch("rules", rules),
    )
    return contacts
