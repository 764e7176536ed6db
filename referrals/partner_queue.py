"""What must the partner manager mend now: what was reported, proposed, refused, left uncovered, grows old?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.urls import reverse

from accounts.models import Team
from partners.facts import Badge, badges_of
from partners.models import Confirmation, Contact, Operator, Report, Verdict
from referrals.coverage.facts import Hole, coverage, holes_of
from schedules.calendars import PARIS
from schedules.wording import NBSP, spoken_date, spoken_moment

SHOWN = 12
"""Lines of one section: the rest is behind a link."""
ENDS_WITHIN = timedelta(days=7)


@dataclass(frozen=True)
class Line:
    """One thing to mend; `url` is the page that mends it. `contact` and `report` carry the one-click answers."""

    title: str
    url: str
    detail: str = ""
    badges: Sequence[Badge] = ()
    confirms: int | None = None
    report: Report | None = None


@dataclass(frozen=True)
class Section:
    code: str
    title: str
    level: str
    lines: list[Line] = field(default_factory=list)
    more_url: str = ""

    @property
    def count(self) -> int:
        return len(self.lines)

    @property
    def shown(self) -> list[Line]:
        """All of them where no other page lists the rest."""
        return self.lines[:SHOWN] if self.more_url else self.lines

    @property
    def unshown(self) -> int:
        return self.count - len(self.shown)


def queue(offices: Sequence[Team], now: datetime) -> list[Section]:
    """The sections that have something, most urgent first.

    Two queries, and those of the coverage for each office (six): as many for one contact as for a thousand.
    """
    today = now.astimezone(PARIS).date()
    covered = [coverage(office, today) for office in offices]
    contacts = [contact for found in covered for contact in found.contacts]
    names = {operator.pk: operator for found in covered for operator in found.operators}
    asked = _confirmations(offices)
    waiting = {each.contact_id: each.asked_at for each in asked if each.answered_at is None}
    answered = {each.contact_id for each in asked if each.answered_at is not None}
    sections = [
        _reports(offices),
        _proposals(each for each in asked if each.answered_at is not None),
        _bounced(contacts, names, today),
        _absences(contacts, names, today),
        _perhaps_away(contacts, names, today),
        _to_confirm([each for each in contacts if each.pk not in answered], names, waiting, today),
        _holes(hole for found in covered for hole in holes_of(found)),
    ]
    return [section for section in sections if section.lines]


def _reports(offices: Sequence[Team]) -> Section:
    rows = Report.objects.open().filter(contact__office__in=offices).select_related("contact__operator", "author")
    lines = [
        Line(
            title=_named(row.contact, row.contact.operator),
            url=_sheet(row.contact),
            detail=_and(f"{row.get_wrong_display()}{NBSP}: {row.detail}" if row.detail else row.get_wrong_display())
            + f"{row.author}, {spoken_moment(row.at)}",
            report=row,
        )
        for row in rows.order_by("at", "pk")
    ]
    return Section("signales", "Signalés", "error", lines)


def _confirmations(offices: Sequence[Team]) -> list[Confirmation]:
    """Asked and unanswered, or answered and undecided; in one query."""
    rows = Confirmation.objects.filter(contact__office__in=offices, contact__is_active=True, decided_at__isnull=True)
    return list(
        rows.exclude(verdict=Verdict.STILL_RIGHT).select_related("contact__operator").order_by("answered_at", "pk")
    )


def _proposals(answers: Iterable[Confirmation]) -> Section:
    lines = [
        Line(
            title=_named(each.contact, each.contact.operator),
            url=reverse("partners:upkeep_proposal", args=[each.pk]),
            detail=_and("ce n’est plus cette personne" if each.verdict == Verdict.GONE else "corrige sa fiche")
            + (spoken_moment(each.answered_at) if each.answered_at else ""),
        )
        for each in answers
    ]
    return Section("propositions", "Propositions à approuver", "warning", lines)


def _bounced(contacts: Iterable[Contact], names: dict[int, Operator], today: date) -> Section:
    lines = [
        Line(
            title=_named(contact, names.get(contact.operator_id)),
            url=f"{_sheet(contact)}#id_mail",
            detail=f"refuse les messages{NBSP}: {contact.mail}",
            badges=badges_of(contact, today),
        )
        for contact in contacts
        if contact.bounced_at is not None
    ]
    return Section("revenus", "Messages revenus", "error", lines, _contacts_list("revenus"))


def _absences(contacts: Sequence[Contact], names: dict[int, Operator], today: date) -> Section:
    by_pk = {contact.pk: contact for contact in contacts}
    lines = []
    for contact in contacts:
        if not contact.is_absent(today) or contact.absent_until is None:
            continue
        stand_in = by_pk.get(contact.stand_in_id or 0)
        alone = stand_in is None or stand_in.is_absent(today)
        if alone or contact.absent_until <= today + ENDS_WITHIN:
            until = f"jusqu’au {spoken_date(contact.absent_until, today=today)}"
            said = f"{until}, sans remplaçant présent" if alone else f"{until}, remplacé par {stand_in.name}"  # type: ignore[union-attr]
            badge = Badge("sans remplaçant", "error") if alone else Badge("se termine", "info")
            title = _named(contact, names.get(contact.operator_id))
            lines.append((not alone, contact.absent_until, Line(title, f"{_sheet(contact)}#absence", said, [badge])))
    return Section(
        "absences", "Absences", "warning", [line for *_, line in sorted(lines, key=lambda each: each[:2])],
        _contacts_list("absents"),
    )  # fmt: skip


def _perhaps_away(contacts: Iterable[Contact], names: dict[int, Operator], today: date) -> Section:
    """An absence reply came, and nobody has written the absence down; « toujours exact » says that it is over."""
    lines = [
        Line(
            title=_named(contact, names.get(contact.operator_id)),
            url=f"{_sheet(contact)}#absence",
            detail=f"réponse d’absence reçue {spoken_moment(contact.away_since)}",
            badges=badges_of(contact, today),
            confirms=contact.pk,
        )
        for contact in contacts
        if contact.away_since is not None and not contact.is_absent(today)
    ]
    return Section("peut-etre-absents", "Peut-être absents", "warning", lines)


def _to_confirm(
    contacts: Iterable[Contact], names: dict[int, Operator], waiting: dict[int, datetime], today: date
) -> Section:
    """The longest unconfirmed first; a sheet whose mail comes back, or that has answered, is mended elsewhere."""
    old = [each for each in contacts if each.is_unconfirmed(today) and each.bounced_at is None]
    old.sort(key=lambda each: (each.checked_on or date.min, each.plain_name, each.pk))
    lines = [
        Line(
            title=_named(contact, names.get(contact.operator_id)),
            url=_sheet(contact),
            detail=_asked(contact, waiting.get(contact.pk), today),
            badges=badges_of(contact, today),
            confirms=contact.pk,
        )
        for contact in old
    ]
    return Section("a-confirmer", "À confirmer", "warning", lines, _contacts_list("a-verifier", tri="verification"))


def _asked(contact: Contact, asked_at: datetime | None, today: date) -> str:
    if asked_at is not None:
        return f"question envoyée le {spoken_date(asked_at.astimezone(PARIS).date(), today=today)}, sans réponse"
    return "" if contact.mail else f"pas d’adresse électronique{NBSP}: à appeler"


def _holes(found: Iterable[Hole]) -> Section:
    lines = [
        Line(
            title=f"{hole.operator.name}, {hole.area_name}",
            url=hole.url,
            detail="personne ne répond"
            if hole.cell.holes == hole.cell.cases
            else "personne ne répond pour une partie des démarches ou des communes",
        )
        for hole in found
    ]
    return Section("trous", "Trous de couverture", "error", lines, reverse("referrals:coverage"))


def _named(contact: Contact, operator: Operator | None) -> str:
    """« Claire Dubois, CPAM du Havre »; the operator is given so that no row costs a query."""
    of = contact.body or (operator.name if operator else "")
    return f"{contact.name}, {of}" if of else contact.name


def _and(text: str) -> str:
    return f"{text} · "


def _sheet(contact: Contact) -> str:
    return reverse("partners:contact_edit", args=[contact.pk])


def _contacts_list(state: str, **more: str) -> str:
    return f"{reverse('partners:contacts')}?{urlencode({'etat': state, **more})}"
