"""What must the partner manager mend now: what was reported, proposed, refused, left uncovered, grows old?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Window
from django.urls import reverse

from accounts.models import Team
from partners.facts import Badge, badges_of
from partners.models import Confirmation, Contact, Report, Verdict
from partners.models.contacts import CHECKED_FOR, ContactQuerySet
from referrals.coverage.facts import Hole
from referrals.coverage.gaps import gaps
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
    """`total`: how many lines there are, when only the first are here."""

    code: str
    title: str
    level: str
    lines: list[Line] = field(default_factory=list)
    more_url: str = ""
    total: int | None = None

    @property
    def count(self) -> int:
        return len(self.lines) if self.total is None else self.total

    @property
    def shown(self) -> list[Line]:
        """All of them where no other page lists the rest."""
        return self.lines[:SHOWN] if self.more_url else self.lines

    @property
    def unshown(self) -> int:
        return self.count - len(self.shown)


def queue(offices: Sequence[Team], now: datetime) -> list[Section]:
    """The sections that have something, most urgent first.

    Six queries, and those of the coverage for each office (six): as many for one contact as for a thousand. Of what
    another page lists, only the first lines are read.
    """
    today = now.astimezone(PARIS).date()
    ours = Contact.objects.in_service().filter(office__in=offices).select_related("operator")
    sections = [
        _reports(offices),
        _proposals(offices),
        _bounced(ours, today),
        _absences(ours, offices, today),
        _perhaps_away(ours, today),
        _to_confirm(ours, today),
        _holes(hole for office in offices for hole in gaps(office, today)),
    ]
    return [section for section in sections if section.lines]


def _reports(offices: Sequence[Team]) -> Section:
    rows = Report.objects.open().filter(contact__office__in=offices).select_related("contact__operator", "author")
    lines = [
        Line(
            title=_named(row.contact),
            url=_sheet(row.contact),
            detail=_and(f"{row.get_wrong_display()}{NBSP}: {row.detail}" if row.detail else row.get_wrong_display())
            + f"{row.author}, {spoken_moment(row.at)}",
            report=row,
        )
        for row in rows.order_by("at", "pk")
    ]
    return Section("signales", "Signalés", "error", lines)


def _proposals(offices: Sequence[Team]) -> Section:
    rows = Confirmation.objects.to_approve().filter(contact__office__in=offices, contact__is_active=True)
    lines = [
        Line(
            title=_named(each.contact),
            url=reverse("partners:upkeep_proposal", args=[each.pk]),
            detail=_and("ce n’est plus cette personne" if each.verdict == Verdict.GONE else "corrige sa fiche")
            + (spoken_moment(each.answered_at) if each.answered_at else ""),
        )
        for each in rows.select_related("contact__operator").order_by("answered_at", "pk")
    ]
    return Section("propositions", "Propositions à approuver", "warning", lines)


def _bounced(ours: QuerySet[Contact], today: date) -> Section:
    found, total = _first(ours.filter(bounced_at__isnull=False).order_by("plain_name", "pk"))
    lines = [
        Line(
            title=_named(contact),
            url=f"{_sheet(contact)}#id_mail",
            detail=f"refuse les messages{NBSP}: {contact.mail}",
            badges=badges_of(contact, today),
        )
        for contact in found
    ]
    return Section("revenus", "Messages revenus", "error", lines, _contacts_list("revenus"), total)


def _absences(ours: ContactQuerySet, offices: Sequence[Team], today: date) -> Section:
    """Nobody instead comes first, then those that end soon."""
    there = Contact.objects.in_service().filter(office__in=offices, pk=OuterRef("stand_in"))
    away = Q(absent_from__lte=today, absent_until__gte=today)
    rows = ours.absent(today).annotate(is_replaced=Exists(there.exclude(away)))
    rows = rows.filter(Q(is_replaced=False) | Q(absent_until__lte=today + ENDS_WITHIN)).select_related("stand_in")
    found, total = _first(rows.order_by("is_replaced", "absent_until", "plain_name", "pk"))
    lines = []
    for contact in found:
        until = f"jusqu’au {spoken_date(contact.absent_until, today=today)}" if contact.absent_until else ""
        if contact.is_replaced and contact.stand_in:
            said, badge = f"{until}, remplacé par {contact.stand_in.name}", Badge("se termine", "info")
        else:
            said, badge = f"{until}, sans remplaçant présent", Badge("sans remplaçant", "error")
        lines.append(Line(_named(contact), f"{_sheet(contact)}#absence", said, [badge]))
    return Section("absences", "Absences", "warning", lines, _contacts_list("absents"), total)


def _perhaps_away(ours: QuerySet[Contact], today: date) -> Section:
    """An absence reply came, and nobody has written the absence down; « toujours exact » says that it is over."""
    rows = ours.filter(away_since__isnull=False).order_by("plain_name", "pk")
    lines = [
        Line(
            title=_named(contact),
            url=f"{_sheet(contact)}#absence",
            detail=f"réponse d’absence reçue {spoken_moment(contact.away_since)}",
            badges=badges_of(contact, today),
            confirms=contact.pk,
        )
        for contact in rows
        if contact.away_since is not None and not contact.is_absent(today)
    ]
    return Section("peut-etre-absents", "Peut-être absents", "warning", lines)


def _to_confirm(ours: QuerySet[Contact], today: date) -> Section:
    """The longest unconfirmed first; a sheet whose mail comes back, or that has answered, is mended elsewhere."""
    of_contact = Confirmation.objects.filter(contact=OuterRef("pk"))
    asked = of_contact.filter(answered_at__isnull=True).order_by("-asked_at").values("asked_at")[:1]
    old = ours.filter(Q(checked_on__isnull=True) | Q(checked_on__lt=today - CHECKED_FOR), bounced_at__isnull=True)
    old = old.exclude(Exists(of_contact.to_approve()))
    first = F("checked_on").asc(nulls_first=True)
    found, total = _first(old.annotate(asked_at=Subquery(asked)).order_by(first, "plain_name", "pk"))
    lines = [
        Line(
            title=_named(contact),
            url=_sheet(contact),
            detail=_asked(contact, contact.asked_at, today),
            badges=badges_of(contact, today),
            confirms=contact.pk,
        )
        for contact in found
    ]
    more = _contacts_list("a-verifier", tri="verification")
    return Section("a-confirmer", "À confirmer", "warning", lines, more, total)


def _first(rows: QuerySet[Any]) -> tuple[list[Any], int]:
    """The lines that are shown, and how many there are; one query."""
    found = list(rows.annotate(total=Window(Count("pk")))[:SHOWN])
    return found, found[0].total if found else 0


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


def _named(contact: Contact) -> str:
    """« Claire Dubois, CPAM du Havre »; the operator was read with the contact."""
    return f"{contact.name}, {contact.body or contact.operator.name}"


def _and(text: str) -> str:
    return f"{text} · "


def _sheet(contact: Contact) -> str:
    return reverse("partners:contact_edit", args=[contact.pk])


def _contacts_list(state: str, **more: str) -> str:
    return f"{reverse('partners:contacts')}?{urlencode({'etat': state, **more})}"
