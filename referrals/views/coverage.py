"""Where does an operator have nobody, or only one person, and who could answer there?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, require
from accounts.models import Team
from accounts.permissions import Can, TeamKind
from partners.csv_files import csv_response
from partners.models import Contact, Operator, Procedure
from referrals.candidates import kept_by
from referrals.coverage.facts import NO_EPCI, Coverage, Zone, answering_for, mend_url, procedures_of, zones
from referrals.coverage.facts import coverage as coverage_of
from referrals.coverage.grid import Case, Cell, Cover, cases
from referrals.forms.coverage import AreaFilterForm, CoverageFilterForm
from schedules.calendars import PARIS
from schedules.wording import spoken_date

GRID_HEADER = (
    "Opérateur", "Code de l’opérateur", "Intercommunalité", "Siren", "État", "Couples démarche × commune", "Trous",
    "Une seule personne",
)  # fmt: skip
AREA_HEADER = ("Opérateur", "Intercommunalité", "Démarche", "Commune", "Insee", "État", "Interlocuteurs")
_EVERY_PROCEDURE = "L’opérateur, toutes démarches"


@dataclass(frozen=True)
class GridCell:
    operator: Operator
    cell: Cell
    url: str


@dataclass(frozen=True)
class AreaRow:
    """One démarche in communes where the same contacts answer; `mend` is the address that prepares the rule."""

    case: Case
    procedure: Procedure | None
    contacts: list[Contact]
    whole_zone: bool
    mend: str

    @property
    def name(self) -> str:
        return self.procedure.name if self.procedure else _EVERY_PROCEDURE


@require(Can.KEEP_PARTNERS)
@require_safe
def coverage(request: SignedInRequest) -> HttpResponse:
    """Operators × intercommunalités."""
    day = timezone.now().astimezone(PARIS).date()
    offices = partner_offices(request)
    office = chosen_office(request, offices)
    found = coverage_of(office, day)
    form = CoverageFilterForm(request.GET, offices=offices, operators=found.operators, zones=found.zones)
    operators, rows = _narrowed(found, form)
    if request.GET.get("format") == "csv":
        return csv_response(f"couverture-{day.isoformat()}", GRID_HEADER, _grid_rows(rows))
    context = {
        "form": form,
        "operators": operators,
        "rows": rows,
        "counts": [(cover, found.count(cover)) for cover in Cover],
        "cells": len(found.cells),
        "has_contacts": bool(found.contacts),
        "as_of": spoken_date(day, with_year=True),
        "csv_url": _csv_url(request),
    }
    return render(request, "referrals/coverage.html", context)


@require(Can.KEEP_PARTNERS)
@require_safe
def coverage_area(request: SignedInRequest, operator: str, zone: str) -> HttpResponse:
    """Démarches × communes of one operator in one intercommunalité, and who could fill the holes."""
    day = timezone.now().astimezone(PARIS).date()
    office = chosen_office(request, partner_offices(request))
    asked = get_object_or_404(Operator, code=operator)
    area = next((each for each in zones(office) if each.code == zone), None)
    if area is None:
        raise Http404
    procedures = procedures_of(asked)
    contacts = kept_by(office, [asked.pk])
    form = AreaFilterForm(request.GET, procedures=procedures, zone=area)
    rows = list(_area_rows(office, area, procedures, contacts, day, form))
    if request.GET.get("format") == "csv":
        return csv_response(
            f"couverture-{asked.code.lower()}-{day.isoformat()}", AREA_HEADER, _lines(asked, area, rows)
        )
    context = {
        "operator": asked,
        "office": office,
        "zone": area,
        "rows": rows,
        "form": form,
        "contacts": [(contact, _rule_url(contact, area, form)) for contact in contacts],
        "wanted": _wanted(area, procedures, form),
        "as_of": spoken_date(day, with_year=True),
        "csv_url": _csv_url(request),
    }
    return render(request, "referrals/coverage_area.html", context)


def partner_offices(request: SignedInRequest) -> list[Team]:
    return request.user.teams_by_kind().get(TeamKind.PARTNER_OFFICE, [])


def chosen_office(request: SignedInRequest, offices: list[Team]) -> Team:
    """Her only office, or the one of hers that the address names."""
    asked = request.GET.get("equipe", "")
    return next((team for team in offices if str(team.pk) == asked), offices[0])


def _narrowed(found: Coverage, form: CoverageFilterForm) -> tuple[list[Operator], list[tuple[Zone, list[GridCell]]]]:
    only, where, cover = form.value("operateur"), form.value("territoire"), form.cover
    operators = [row for row in found.operators if only in ("", row.code)]
    rows = []
    for zone in found.zones:
        cells = [
            GridCell(operator, found.cells[operator.pk, zone.code], mend_url(operator, zone.code, found.office))
            for operator in operators
        ]
        if where in ("", zone.code) and (cover is None or any(each.cell.cover is cover for each in cells)):
            rows.append((zone, cells))
    return operators, rows


def _area_rows(
    office: Team,
    zone: Zone,
    procedures: list[Procedure],
    contacts: list[Contact],
    day: date,
    form: AreaFilterForm,
) -> Iterator[AreaRow]:
    by_pk = {contact.pk: contact for contact in contacts}
    named = {procedure.pk: procedure for procedure in procedures}
    only, commune, cover = form.value("demarche"), form.value("commune"), form.cover
    wanted = [pk for pk in named if only in ("", str(pk))]
    places = [place for place in zone.places if commune in ("", place.code)]
    for case in cases(answering_for(contacts, day), wanted, places):
        if cover is None or case.cover is cover:
            answering = sorted((by_pk[pk] for pk in case.who), key=lambda contact: contact.plain_name)
            whole = len(case.places) == len(zone.places)
            yield AreaRow(case, named.get(case.procedure), answering, whole, _mend(case, office))


def _mend(case: Case, office: Team) -> str:
    """The same page, about this démarche (and this commune when it is alone), at the list of who could answer."""
    asked: dict[str, object] = {"equipe": office.pk, "demarche": case.procedure or None}
    if len(case.places) == 1:
        asked["commune"] = case.places[0].code
    return f"?{urlencode({name: value for name, value in asked.items() if value})}#reparer"


def _rule_url(contact: Contact, zone: Zone, form: AreaFilterForm) -> str:
    """The form of a new rule with what this page is about already filled."""
    where = f"epci:{zone.code}" if zone.code != NO_EPCI else ""
    commune = next((place.name for place in zone.places if place.code == form.value("commune")), "")
    typed = {"procedure": form.value("demarche"), "area": "" if commune else where, "commune": commune}
    filled = urlencode({name: value for name, value in typed.items() if value})
    return f"{reverse('referrals:rule_add', args=[contact.pk])}?{filled}"


def _wanted(zone: Zone, procedures: list[Procedure], form: AreaFilterForm) -> str:
    what = next((row.name for row in procedures if str(row.pk) == form.value("demarche")), "toutes les démarches")
    where = next((place.name for place in zone.places if place.code == form.value("commune")), zone.name)
    return f"{what} – {where}"


def _grid_rows(rows: list[tuple[Zone, list[GridCell]]]) -> Iterator[list[object]]:
    for zone, cells in rows:
        for each in cells:
            cell = each.cell
            yield [
                each.operator.name, each.operator.code, zone.name, zone.code if zone.code != NO_EPCI else "",
                cell.cover.label, cell.cases, cell.holes, cell.one_person,
            ]  # fmt: skip


def _lines(operator: Operator, zone: Zone, rows: list[AreaRow]) -> Iterator[list[object]]:
    for row in rows:
        names = ", ".join(contact.name for contact in row.contacts)
        for place in row.case.places:
            yield [operator.name, zone.name, row.name, place.name, place.code, row.case.cover.label, names]


def _csv_url(request: SignedInRequest) -> str:
    address = request.GET.copy()
    address["format"] = "csv"
    return f"?{address.urlencode()}"
