"""What does the directory show for these words and this commune, at the same cost whatever its size?

The database picks the few rows of each operator that a page shows; their hours, rules and badges are then read for
those only. Contacts are looked for in SQL: a scan of 20,000 short texts takes a few milliseconds, and is never stale.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, F, Prefetch, Q, QuerySet, Value, When, Window, prefetch_related_objects
from django.db.models.functions import RowNumber

from partners.facts import ContactSheet, ServiceSheet, contact_sheet, service_matches, service_sheet
from partners.models import Contact, LocalService, Operator, Procedure, ProcedureQuerySet, Rule, Subject
from partners.search import Found, beginning, look_up
from partners.sessions import ahead
from schedules.calendars import PARIS
from schedules.here import calendar_around
from territories.models import Arrondissement, Commune, Epci
from territories.spelling import matches, query_words

PROCEDURES_FOUND = 40
PROCEDURES_SHOWN = 8
CONTACTS_SHOWN = 3
CONTACTS_PER_PAGE = 20
SERVICES_SHOWN = 12
SUGGESTIONS = 4
SHORTEST_TERRITORY = 3
_ELSEWHERE = 4


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
    found = look_up(text, PROCEDURES_FOUND) if text else Found([], text)
    if not found.is_close:
        return reader.search(text, found.procedures)
    exact = reader.search(text, [])
    if not exact.is_empty:
        return exact
    close = reader.search(found.reading, found.procedures)
    return Directory(
        operators=close.operators,
        subjects=close.subjects,
        services=close.services,
        services_count=close.services_count,
        reading=found.reading,
        suggestions=found.procedures[:SUGGESTIONS],
    )


def whole_directory(now: datetime, *, offices: Collection[int], commune: Commune | None = None) -> Directory:
    """Every operator with the first of its démarches and contacts, the subjects outside, the first local services."""
    return _Reader(now, offices, commune).everything()


def one_operator(
    operator: Operator, now: datetime, *, offices: Collection[int], commune: Commune | None = None, page: str = "1"
) -> Directory:
    """All the démarches of an operator and a page of its contacts."""
    return _Reader(now, offices, commune).of(operator, page)


def reach_of(commune: Commune | None) -> Case:
    """How widely a contact covers the commune: 0 for the commune itself, 3 for the département, 4 when it does not."""
    if commune is None:
        return Case(default=Value(_ELSEWHERE))
    areas = [
        Q(commune=commune),
        Q(epci__isnull=False, epci=commune.epci_id),
        Q(arrondissement__isnull=False, arrondissement=commune.arrondissement_id),
        Q(departement=commune.departement_id),
    ]
    within = [Rule.objects.filter(area).order_by().values("contact") for area in areas]
    whens = [When(pk__in=contacts, then=Value(reach)) for reach, contacts in enumerate(within)]
    return Case(*whens, default=Value(_ELSEWHERE))


class _Reader:
    """One look at the directory: who reads, from where, when."""

    def __init__(self, now: datetime, offices: Collection[int], commune: Commune | None) -> None:
        self.now, self.commune = now, commune
        self.calendar = calendar_around(now)
        self.operators = list(Operator.objects.in_bundle(now.astimezone(PARIS).date()))
        self.callable = Contact.objects.in_service().filter(
            office__in=offices, operator__in=[operator.pk for operator in self.operators]
        )

    def everything(self) -> Directory:
        procedures = self._first(Procedure.objects.in_use(), ["name", "pk"], PROCEDURES_SHOWN)
        services, count = self._services("")
        return Directory(
            operators=self._sheets(self.operators, procedures, self._first_contacts(self.callable)),
            subjects=list(Subject.objects.all()),
            services=services,
            services_count=count,
        )

    def search(self, text: str, procedures: Sequence[Procedure]) -> Directory:
        named = [row for row in self.operators if names(row, text)]
        wanted = self.callable.filter(
            Q(operator__in=named) | Q(pk__in=self._answering_for(procedures)) | self._contact_words(text)
        )
        contacts = self._first_contacts(wanted)
        found = {row.operator_id for row in procedures} | {row.operator_id for row in contacts}
        rank = {pk: place for place, pk in reversed(list(enumerate(row.operator_id for row in procedures)))}
        shown = [row for row in self.operators if row in named or row.pk in found]
        shown.sort(key=lambda row: rank.get(row.pk, PROCEDURES_FOUND))
        services, count = self._services(text)
        return Directory(
            operators=self._sheets(shown, procedures, contacts),
            subjects=[row for row in Subject.objects.all() if matches(text, f"{row.search_text} {row.who_label}")],
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

    def _first_contacts(self, rows: QuerySet[Contact]) -> list[Contact]:
        """The first of each operator, those that cover the commune before; each knows how many its operator has.

        Only keys are sorted: the rows are read afterwards, for those that are shown.
        """
        place = Window(RowNumber(), partition_by=[F("operator_id")], order_by=["reach", "plain_name", "pk"])
        placed = rows.order_by().annotate(reach=reach_of(self.commune)).annotate(place=place)
        first = dict(placed.filter(place__lte=CONTACTS_SHOWN).order_by("place").values_list("pk", "reach"))
        totals = dict(
            rows.order_by().values("operator_id").annotate(total=Count("pk")).values_list("operator_id", "total")
        )
        found = Contact.objects.in_bulk(list(first))
        for pk, contact in found.items():
            contact.reach, contact.total = first[pk], totals[contact.operator_id]  # type: ignore[attr-defined]
        return _with_all([found[pk] for pk in first])

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

    def _answering_for(self, procedures: Sequence[Procedure]) -> QuerySet[Rule, int]:
        """Contacts whose rules name one of these démarches, or all of those of its operator."""
        operators = {row.operator_id for row in procedures}
        whole = Q(procedure__isnull=True, contact__operator__in=operators)
        return Rule.objects.filter(Q(procedure__in=procedures) | whole).order_by().values_list("contact", flat=True)

    def _contact_words(self, text: str) -> Q:
        """Each word begins a word of the contact's name or function, of its operator, or of a place that it covers."""
        wanted, words = Q(), query_words(text)
        for word in words:
            operators = [row.pk for row in self.operators if names(row, word)]
            fits = beginning(word, "plain_name") | Q(operator__in=operators)
            if len(word) >= SHORTEST_TERRITORY and (covering := _rules_about(word)) is not None:
                fits |= Q(pk__in=covering)
            wanted &= fits
        return wanted if words else Q(pk__in=())

    def _services(self, text: str) -> tuple[list[ServiceSheet], int]:
        rows = LocalService.objects.in_service().select_related("commune", "schedule")
        fitting = [row for row in rows if service_matches(text, row)]
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
    return matches(text, f"{operator.name} {operator.official_name} {operator.synonyms}")


def _rules_about(word: str) -> QuerySet[Rule, int] | None:
    """The contacts of the rules on places whose name has a word that begins so; None when no place does."""
    communes = list(Commune.objects.filter(beginning(word, "plain_name")).order_by().values_list("pk", flat=True))
    epcis = [pk for pk, name in Epci.objects.order_by().values_list("pk", "name") if matches(word, name)]
    districts = [pk for pk, name in Arrondissement.objects.order_by().values_list("pk", "name") if matches(word, name)]
    if not (communes or epcis or districts):
        return None
    about = Q(commune__in=communes) | Q(epci__in=epcis) | Q(arrondissement__in=districts)
    return Rule.objects.filter(about).order_by().values_list("contact", flat=True)


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
