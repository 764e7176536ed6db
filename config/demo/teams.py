"""When are the invented counsellors there, which trainings come, and who leaves with work in her hands?"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from random import Random

from accounts.models import Team
from config.demo import hours
from config.demo.chance import dice
from config.demo.people import DEMO_SITE
from config.demo.places import Site
from referrals.models import ServiceRequest
from structures.models import Counsellor, Course, Structure, TrainingSession

WHOLE_WEEK = "lun-ven 8:30-12:30 13:15-18:00 | sam 8:45-12:30"
PART_TIMES = (
    "lun-mar 8:30-12:30 13:15-18:00 | jeu-ven 8:30-12:30 13:15-18:00",
    "lun-ven 8:30-12:30 13:15-16:30",
    "lun-ven 9:30-12:30 13:15-18:00",
    "lun-jeu 8:30-12:30 13:15-18:00 | ven 8:30-12:30",
)
AT_THE_DEMONSTRATION_SITE = (WHOLE_WEEK, PART_TIMES[0], "lun-ven 8:30-12:30")
NOT_ENTERED = ("luneray", "aumale", "bus-villes-soeurs")
"""Sites where one presence is still to be entered."""
MODULES = {
    "core": ["Accueil et posture", "Le bouquet de services", "Confidentialité et mandat", "Médiation numérique"],
    "operators": ["CAF, CPAM et MSA", "France Travail et retraite", "Impôts, justice et titres"],
}
VALIDITY = {"operators": 36}


def write_presences(sites: Sequence[Site], structures: Mapping[str, Structure], seed: int) -> int:
    """The ordinary week of each counsellor but a few; says how many. Four statements."""
    chance = dice(seed, "presences")
    weeks: list[str] = []
    slugs = {structures[site.slug].pk: site.slug for site in sites}
    people = list(Counsellor.objects.filter(structure__in=slugs).order_by("structure_id", "pk"))
    ranks: dict[int, int] = {}
    present = []
    for person in people:
        rank = ranks[person.structure_id] = ranks.get(person.structure_id, -1) + 1
        if slugs[person.structure_id] in NOT_ENTERED and rank == 1:
            continue
        present.append(person)
        week = _week(rank, chance)
        weeks.append(AT_THE_DEMONSTRATION_SITE[rank] if slugs[person.structure_id] == DEMO_SITE else week)
    for person, schedule in zip(present, hours.write(hours.timetable(week) for week in weeks), strict=True):
        person.schedule = schedule
    Counsellor.objects.bulk_update(present, ["schedule"])
    return len(present)


def _week(rank: int, chance: Random) -> str:
    """The first of a team works the whole week; most of the others do too."""
    part_time = rank > 0 and chance.random() < 0.45
    return chance.choice(PART_TIMES) if part_time else WHOLE_WEEK


def write_sessions(coordination: Team, today: date) -> int:
    """What the courses are made of, sessions to fill, and one that is over and not yet certified; says how many."""
    courses = {course.code: course for course in Course.objects.filter(code__in=MODULES)}
    for code, course in courses.items():
        course.modules, course.validity_months = MODULES[code], VALIDITY.get(code)
    Course.objects.bulk_update(courses.values(), ["modules", "validity_months"])
    dates = [("core", -12, 3, 12), ("operators", 24, 2, 2), ("core", 45, 3, 12), ("operators", 66, 2, 15)]
    sessions = TrainingSession.objects.bulk_create(
        [
            TrainingSession(
                course=courses[code],
                coordination=coordination,
                starts_on=_monday(today + timedelta(days=start)),
                ends_on=_monday(today + timedelta(days=start)) + timedelta(days=length - 1),
                place="Préfecture, salle Jeanne-d’Arc, Rouen",
                seats=seats,
            )
            for code, start, length, seats in dates
        ]
    )
    _seat(sessions[0], sessions[1])
    return len(sessions)


def _seat(over: TrainingSession, next_one: TrainingSession) -> None:
    """Two newcomers came to the session that is over; somebody without the operators' training has a seat."""
    untrained = Counsellor.objects.filter(trainings=None).order_by("pk")
    over.participants.add(*untrained[:2])
    half_trained = Counsellor.objects.filter(trainings__course__code="core").exclude(
        trainings__course__code="operators"
    )
    next_one.participants.add(*half_trained[:1])


def write_departure(structures: Mapping[str, Structure], today: date) -> None:
    """Somebody of the demonstration site leaves in two weeks; some of the requests that wait are hers to follow."""
    people = Counsellor.objects.filter(structure=structures[DEMO_SITE], user__isnull=False).order_by("pk")
    leaving = people.exclude(user__email="conseillere@exemple.fr").first()
    if leaving is None or leaving.user is None:
        return
    Counsellor.objects.filter(pk=leaving.pk).update(left_on=today + timedelta(days=14))
    waiting = ServiceRequest.objects.waiting().filter(structure=leaving.structure_id).order_by("due_at", "pk")
    hers = list(waiting.values_list("pk", flat=True))[1::3]
    ServiceRequest.objects.filter(pk__in=hers).update(holder=leaving.user)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
