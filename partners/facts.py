"""What do the partners' screens show, in words and with a fixed number of queries?"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from partners.models import Contact, LocalService, LocalServiceKind, Operator, Procedure, Rule, Subject
from schedules.models import Schedule
from schedules.opening_hours import in_words
from schedules.wording import spoken_date
from territories.spelling import matches


@dataclass(frozen=True)
class Badge:
    label: str
    level: str


def badges_of(contact: Contact, today: date) -> list[Badge]:
    """What one must know of a contact before calling: out of service, absent, not confirmed."""
    if not contact.is_active:
        return [Badge("hors service", "error")]
    badges = []
    if contact.is_absent(today) and contact.absent_until:
        badges.append(Badge(f"absent jusqu’au {spoken_date(contact.absent_until, today=today)}", "warning"))
    elif contact.absent_from and contact.absent_from > today:
        badges.append(Badge(f"absent à partir du {spoken_date(contact.absent_from, today=today)}", "info"))
    if contact.is_unconfirmed(today):
        since = f"non vérifié depuis le {spoken_date(contact.checked_on, today=today)}" if contact.checked_on else ""
        badges.append(Badge(since or "jamais vérifié", "warning"))
    return badges


@dataclass(frozen=True)
class ContactSheet:
    """A contact of the directory, ready to read."""

    contact: Contact
    badges: list[Badge]
    hours: list[str]
    scope: list[str]
    stand_in: str


@dataclass
class OperatorSheet:
    """An operator of the directory, with what the search left of its démarches and contacts."""

    operator: Operator
    procedures: list[Procedure] = field(default_factory=list)
    contacts: list[ContactSheet] = field(default_factory=list)


@dataclass(frozen=True)
class ServiceSheet:
    service: LocalService
    hours: list[str]

    @property
    def kind(self) -> str:
        return LocalServiceKind(self.service.kind).label


@dataclass(frozen=True)
class Directory:
    operators: list[OperatorSheet]
    subjects: list[Subject]
    services: list[ServiceSheet]

    @property
    def is_empty(self) -> bool:
        return not (self.operators or self.subjects or self.services)


def directory(text: str, today: date, *, offices: Collection[int]) -> Directory:
    """The whole directory, or what the typed words leave of it; the same number of queries whatever its size.

    `offices`: the partner offices (keys of teams) whose contacts the reader may call; nobody else's are in it.
    """
    procedures = list(Procedure.objects.in_use().order_by("operator_id", "name"))
    contacts = list(
        Contact.objects.in_service()
        .filter(office__in=offices)
        .select_related("operator", "schedule", "stand_in")
        .prefetch_related("schedule__slots", "schedule__closures", "schedule__extras", *_RULES)
    )
    sheets = [
        _operator_sheet(text, operator, procedures, contacts, today) for operator in Operator.objects.in_bundle(today)
    ]
    services = LocalService.objects.in_service().select_related("commune", "schedule")
    return Directory(
        operators=[sheet for sheet in sheets if sheet is not None],
        subjects=[row for row in Subject.objects.all() if matches(text, f"{row.search_text} {row.who_label}")],
        services=[
            ServiceSheet(row, hours_of(row.schedule, today))
            for row in services.prefetch_related("schedule__slots", "schedule__closures", "schedule__extras")
            if service_matches(text, row)
        ],
    )


_RULES = (
    "rules__procedure",
    "rules__commune",
    "rules__epci",
    "rules__arrondissement",
    "rules__departement",
)


def hours_of(schedule: Schedule | None, today: date) -> list[str]:
    """The hours of a schedule in words, and the note that completes them; nothing when there is none."""
    if schedule is None:
        return []
    return [*in_words(schedule.timetable(), today), *([schedule.note] if schedule.note else [])]


def service_matches(text: str, service: LocalService) -> bool:
    """Whether each typed word begins a word of the service's name, host, commune, nature or purpose."""
    kind = LocalServiceKind(service.kind).label
    return matches(text, f"{service.name} {service.host} {service.commune.name} {kind} {service.serves}")


def _operator_sheet(
    text: str, operator: Operator, procedures: Iterable[Procedure], contacts: Iterable[Contact], today: date
) -> OperatorSheet | None:
    """The operator whole when its own name is looked for, else what fits; None when nothing does."""
    own = [row for row in procedures if row.operator_id == operator.pk]
    people = [row for row in contacts if row.operator_id == operator.pk]
    if not matches(text, f"{operator.name} {operator.official_name}"):
        own = [row for row in own if matches(text, row.search_text)]
        wanted = {row.pk for row in own}
        people = [row for row in people if _contact_matches(text, row) or _answers_for(row, wanted)]
        if not own and not people:
            return None
    return OperatorSheet(operator, own, [_contact_sheet(row, today) for row in people])


def _contact_matches(text: str, contact: Contact) -> bool:
    territories = " ".join(str(rule.territory) for rule in contact.rules.all())
    return matches(text, f"{contact.plain_name} {contact.operator.name} {territories}")


def _answers_for(contact: Contact, procedures: set[int]) -> bool:
    return bool(procedures) and any(
        rule.procedure_id is None or rule.procedure_id in procedures for rule in contact.rules.all()
    )


def _contact_sheet(contact: Contact, today: date) -> ContactSheet:
    # Another office's line is not the reader's to call.
    stand_in = contact.stand_in if contact.stand_in and contact.stand_in.office_id == contact.office_id else None
    return ContactSheet(
        contact=contact,
        badges=badges_of(contact, today),
        hours=hours_of(contact.schedule, today),
        scope=[rule_in_words(rule) for rule in contact.rules.all()],
        stand_in=stand_in.name if stand_in and contact.is_absent(today) else "",
    )


def rule_in_words(rule: Rule) -> str:
    """ "Carte Vitale – Le Havre", "toutes les démarches – Seine-Maritime"."""
    return f"{rule.procedure or 'toutes les démarches'} – {rule.territory}"
