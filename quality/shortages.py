"""Who lacks which training across a network, and which site breaks the charter first because of it?

The same four statements for one person and for a thousand.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from quality.findings import CharterParameters, CounsellorFacts
from quality.people import (
    SOON,
    certificates_and_sessions,
    counsellor_facts,
    ends_in_words,
    session_in_words,
    site_facts,
)
from quality.training import (
    falls_short_on,
    family,
    is_trained,
    lacks_in_words,
    missing_trainings,
    trained_on,
    why_short,
)
from quality.wording import counted
from schedules.wording import spoken_date
from structures.models import Counsellor, Structure


@dataclass(frozen=True)
class Missing:
    """Somebody of the network who is not trained, or will not be for long."""

    pk: int
    name: str
    structure: Structure
    lacks: list[str]
    courses: frozenset[str]
    """Families of what is missing today or ends within three months."""
    ends: str
    enrolled: list[str]
    seated_for: frozenset[str]
    """Families of the courses in which she has a seat to come."""
    breaks_on: date | None
    """From when the charter asks for more trained counsellors than her site has: `day` or before when it does now."""
    breaks: str


@dataclass(frozen=True)
class Break:
    """A site that has too few trained counsellors, or soon will."""

    structure: Structure
    on: date
    is_now: bool
    said: str
    why: list[str]


@dataclass(frozen=True)
class NetworkTraining:
    missing: list[Missing]
    breaks: list[Break]
    people: int
    trained: int
    choices: list[tuple[str, str]]
    """Slug and name of every structure in sight."""


def network_training(structures: QuerySet[Structure], charter: CharterParameters, day: date) -> NetworkTraining:
    """Who lacks what, whose site breaks the charter first at the top: four statements for any number of people."""
    sites = {site.pk: site for site in structures.order_by("plain_name", "pk")}
    rows = (
        Counsellor.objects.filter(structure__in=list(sites))
        .staying(day)
        .prefetch_related(*certificates_and_sessions(day))
        .order_by("full_name", "pk")
    )
    teams: dict[int, list[Counsellor]] = defaultdict(list)
    for row in rows:
        teams[row.structure_id].append(row)
    breaks = {pk: found for pk, site in sites.items() if (found := _break(site, teams[pk], charter, day))}
    missing, trained, people = [], 0, 0
    for pk, team in teams.items():
        for row in team:
            facts = counsellor_facts(row)
            people += facts.is_present_on(day)
            trained += facts.is_present_on(day) and is_trained(facts, day, charter)
            if line := _missing(row, facts, sites[pk], breaks.get(pk), charter, day):
                missing.append(line)
    missing.sort(key=lambda line: (line.breaks_on or date.max, line.structure.plain_name, line.name))
    choices = [(site.slug, site.name) for site in sites.values()]
    return NetworkTraining(missing, sorted(breaks.values(), key=lambda found: found.on), people, trained, choices)


def under_filters(lines: Sequence[Missing], course: str, structure: str) -> list[Missing]:
    """Those who have this family of courses to follow, at this site; an empty filter asks for everything."""
    return [
        line
        for line in lines
        if (not course or course in line.courses) and (not structure or line.structure.slug == structure)
    ]


EXPORT_HEADER = ("Personne", "Structure", "Matricule", "Manque", "Expire bientôt", "Inscrite", "Charte du site")


def export_rows(lines: Iterable[Missing]) -> Iterator[tuple[str, ...]]:
    """The same list as on screen."""
    for line in lines:
        yield (
            line.name,
            line.structure.name,
            line.structure.id_fs or "",
            "\u00a0; ".join(line.lacks),
            line.ends,
            "\u00a0; ".join(line.enrolled),
            line.breaks,
        )


def _break(structure: Structure, team: Sequence[Counsellor], charter: CharterParameters, day: date) -> Break | None:
    """None when it is not known to come, and for a team that nobody has entered: that is unknown, not broken."""
    site, least = site_facts(structure, team, day), charter.trained_counsellors
    if least is None or not team:
        return None
    trained = trained_on(day, site, charter)
    if trained < least:
        formed = counted(trained, "conseiller formé", "conseillers formés")
        return Break(structure, day, True, f"{formed} sur {least} demandés", [])
    on = falls_short_on(site, charter)
    if on is None:
        return None
    why = why_short(site, charter, on)
    return Break(structure, on, False, f"sous le seuil à partir du {spoken_date(on, with_year=True)}", why)


def _missing(
    row: Counsellor,
    facts: CounsellorFacts,
    structure: Structure,
    breaks: Break | None,
    charter: CharterParameters,
    day: date,
) -> Missing | None:
    courses = courses_to_follow(facts, day, charter)
    if not courses:
        return None
    return Missing(
        pk=row.pk,
        name=row.full_name,
        structure=structure,
        lacks=lacks_in_words(facts, day, charter),
        courses=courses,
        ends=ends_in_words(facts, day, charter),
        enrolled=[session_in_words(session) for session in row.sessions.all()],
        seated_for=frozenset(family(session.course.code) for session in row.sessions.all()),
        breaks_on=breaks.on if breaks else None,
        breaks=breaks.said if breaks else "",
    )


def courses_to_follow(facts: CounsellorFacts, day: date, charter: CharterParameters) -> frozenset[str]:
    """Families of trainings missing today, or whose certificate ends within three months."""
    return frozenset({*missing_trainings(facts, day, charter), *missing_trainings(facts, day + SOON, charter)})
