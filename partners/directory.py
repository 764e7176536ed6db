"""What does the directory show for these words and this commune, at the same cost whatever its size?

Contacts are looked for in SQL: one scan of 20,000 short texts takes a few milliseconds, and is never stale. Of what it
finds, only keys and names are read; hours, rules and badges are then read for the few contacts that a page shows.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from heapq import nsmallest

from django.core.paginator import Paginator
from django.db.models import Case, Count, F, IntegerField, Prefetch, Q, Value, When, Window, prefetch_related_objects
from django.db.models.functions import RowNumber

from partners.directory_page import Directory, OperatorSheet
from partners.facts import ServiceSheet, contact_sheet, service_matches, service_sheet
from partners.models import (
    Contact,
    LocalService,
    LocalServiceLimit,
    Operator,
    Procedure,
    ProcedureQuerySet,
    Rule,
    Subject,
)
from partners.reach import ELSEWHERE, Places, covering, reach_of
from partners.search import Found, beginning, look_up_names
from partners.sessions import ahead
from schedules.calendars import PARIS
from schedules.here import calendar_around
from schedules.reading import read_hours
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
_AREAS = ("commune", "epci", "arrondissement", "departement")
_OF_RULES = ("contact", "note", *(f"{row}__name" for row in ("procedure", *_AREAS)))
_Row = tuple[int, str, int, int]
"""What is read of a contact that was found; the last number says whether it is written as typed."""
_NOT_ASKED = Value(0, IntegerField())


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
        self.places = Places(())
        self.said = {row.pk: words(_said_of(row)) for row in self.operators}
        self.callable = Contact.objects.in_service().filter(office__in=offices).order_by()

    def everything(self) -> Directory:
        procedures = self._first(Procedure.objects.in_use(), ["name", "pk"], PROCEDURES_SHOWN)
        services, count = self._services("")
        return Directory(
            operators=self._sheets(
                self.operators, procedures, self._first_contacts(self.callable.values_list(*_READ, _NOT_ASKED))
            ),
            subjects=self.subjects,
            services=services,
            services_count=count,
        )

    def search(self, text: str, procedures: Sequence[Procedure]) -> Directory:
        self.places = _places_in(text)
        rows = self._rows(self._written(text), procedures)
        return self._directory(text, procedures, self._first_contacts(rows))

    def search_close(self, text: str, close: Found) -> Directory:
        """What is written so if anything is, else what is nearly so: one scan of the contacts for both."""
        self.places = _places_in(text, close.reading)
        exact, nearly = self._written(text), self._written(close.reading)
        rows = self._rows(exact | nearly, close.procedures, Case(When(exact, then=Value(1)), default=Value(0)))
        found = self._directory(text, [], self._first_contacts(row for row in rows if row[3]))
        if not found.is_empty:
            return found
        # Nothing is written as typed: all the rows are near.
        found = self._directory(close.reading, close.procedures, self._first_contacts(rows))
        return replace(found, reading=close.reading, suggestions=close.procedures[:SUGGESTIONS])

    def _rows(self, written: Q, procedures: Sequence[Procedure], as_typed: Case | Value = _NOT_ASKED) -> list[_Row]:
        """The contacts that bear the words, and those who answer for the démarches: two ways to look, fast apart."""
        columns = (*_READ, "as_typed")
        looks = self.callable.filter(written).annotate(as_typed=as_typed).values_list(*columns)
        if procedures:
            answering = self.callable.filter(self._answering_for(procedures)).annotate(as_typed=_NOT_ASKED)
            looks = looks.union(answering.values_list(*columns), all=True)
        rows: dict[int, _Row] = {}
        for row in looks:
            if row[3] or row[2] not in rows:
                rows[row[2]] = row
        return list(rows.values())

    def _written(self, text: str) -> Q:
        """The words are those of the operator, or each is one of the contact's own."""
        return Q(operator__in=[row.pk for row in self._named(text)]) | self._contact_words(text)

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

    def _first_contacts(self, rows: Iterable[_Row]) -> list[Contact]:
        """The first of each operator, those that cover the commune before; each knows how many its operator has."""
        operators = {row.pk: row for row in self.operators}
        by_operator: dict[int, list[tuple[str, int]]] = {}
        for operator, name, pk, _ in rows:
            # An operator that left the bundle has contacts still.
            if operator in operators:
                by_operator.setdefault(operator, []).append((name, pk))
        if not by_operator:
            return []
        reach = covering(self.commune, [pk for named in by_operator.values() for _, pk in named])
        first: dict[int, int] = {}
        for named in by_operator.values():
            ranked = ((reach.get(pk, ELSEWHERE), name, pk) for name, pk in named)
            first |= {pk: found for found, _, pk in nsmallest(CONTACTS_SHOWN, ranked)}
        found = Contact.objects.order_by().select_related("stand_in", "schedule").in_bulk(list(first))
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
        limits = LocalServiceLimit.objects.select_related("need", "procedure")
        prefetch_related_objects(shown, Prefetch("limit_rows", limits), ahead(self.now))
        read_hours(row.schedule for row in shown if row.schedule)
        return [service_sheet(row, self.now) for row in shown], len(fitting)


def _places_in(*texts: str) -> Places:
    """The places that the words of these texts name; shorter words name none."""
    return Places(word for text in texts for word in query_words(text) if len(word) >= SHORTEST_TERRITORY)


def names(operator: Operator, text: str) -> bool:
    """Whether each typed word begins a word of the operator's names and acronyms."""
    return matches(text, _said_of(operator))


def _said_of(operator: Operator) -> str:
    return f"{operator.name} {operator.official_name} {operator.synonyms}"


def _with_all(contacts: list[Contact]) -> list[Contact]:
    """Everything that a card reads, for these contacts only."""
    rules = Rule.objects.select_related("procedure", *_AREAS).only(*_OF_RULES)
    prefetch_related_objects(
        contacts,
        "operator",
        "stand_in",
        "schedule",
        Prefetch("rules", rules),
    )
    read_hours(contact.schedule for contact in contacts if contact.schedule)
    return contacts
