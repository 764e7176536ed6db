"""Who is trained, and until which day are they enough?"""

from datetime import date, timedelta

from quality.findings import CharterParameters, CounsellorFacts, SiteFacts, TrainingFacts
from schedules.wording import NBSP, of_name, spoken_date

ONE_DAY = timedelta(days=1)
CORE, OPERATORS = "core", "operators"
NAMES = {CORE: "formation socle", OPERATORS: "formation des opérateurs"}


def is_trained(counsellor: CounsellorFacts, day: date, charter: CharterParameters) -> bool:
    """Whether both trainings, as long as the charter asks, are in force that day."""
    return not missing_trainings(counsellor, day, charter)


def missing_trainings(counsellor: CounsellorFacts, day: date, charter: CharterParameters) -> list[str]:
    """Codes of the trainings that are not in force that day: `core`, `operators`."""
    return [
        course
        for course, days in asked_days(charter).items()
        if not any(family(t.course) == course and t.days >= days and t.holds_on(day) for t in counsellor.trainings)
    ]


def asked_days(charter: CharterParameters) -> dict[str, float]:
    """How long each training lasts for the charter: 3 + 2 days in 2020."""
    return {CORE: charter.core_training_days, OPERATORS: charter.operator_training_days}


def family(course: str) -> str:
    """What a course is an edition of: `core-2027` is the core training."""
    return course.split("-")[0]


def lacks_in_words(counsellor: CounsellorFacts, day: date, charter: CharterParameters) -> list[str]:
    """What is missing and why: "formation des opérateurs : 2 jours demandés, aucune attestation"."""
    missing = missing_trainings(counsellor, day, charter)
    asked = {course: days for course, days in asked_days(charter).items() if course in missing}
    return [
        f"{NAMES[course]}{NBSP}: {days_in_words(days)} demandés, {_why(counsellor, course, days, day)}"
        for course, days in asked.items()
    ]


def _why(counsellor: CounsellorFacts, course: str, days: float, day: date) -> str:
    followed = [t for t in counsellor.trainings if family(t.course) == course and t.completed_on <= day]
    ended = [t.expires_on for t in followed if t.days >= days and t.expires_on is not None and t.expires_on < day]
    if ended:
        return f"attestation expirée depuis le {spoken_date(max(ended), with_year=True)}"
    in_force = [t.days for t in followed if t.holds_on(day)]
    return f"attestation de {days_in_words(max(in_force))} seulement" if in_force else "aucune attestation"


def days_in_words(days: float) -> str:
    """ "2 jours", "1,5 jour"."""
    return f"{days:g}".replace(".", ",") + f"{NBSP}jour{'s' if days >= 2 else ''}"


def ends_soonest(counsellor: CounsellorFacts, day: date, charter: CharterParameters) -> TrainingFacts | None:
    """The certificate whose end will make a trained counsellor untrained first; None when nothing asked of her ends."""
    decisive = []
    for course, days in asked_days(charter).items():
        in_force = [
            t for t in counsellor.trainings if family(t.course) == course and t.days >= days and t.holds_on(day)
        ]
        if in_force and all(t.expires_on for t in in_force):
            decisive.append(max(in_force, key=lambda t: t.expires_on or date.max))
    return min(decisive, key=lambda t: t.expires_on or date.max, default=None)


def falls_short_on(site: SiteFacts, charter: CharterParameters) -> date | None:
    """The first day to come with too few trained counsellors, from the departures and expiries already known.

    None when nothing is asked, when they are too few already, or when no such day is known.
    """
    least = charter.trained_counsellors
    if least is None or trained_on(site.day, site, charter) < least:
        return None
    days = {c.left_on for c in site.counsellors if c.left_on} | {
        training.expires_on + ONE_DAY for c in site.counsellors for training in c.trainings if training.expires_on
    }
    return next((day for day in sorted(days) if day > site.day and trained_on(day, site, charter) < least), None)


def trained_on(day: date, site: SiteFacts, charter: CharterParameters) -> int:
    """How many counsellors are present that day with both trainings in force."""
    return sum(1 for c in site.counsellors if c.is_present_on(day) and is_trained(c, day, charter))


def why_short(site: SiteFacts, charter: CharterParameters, day: date) -> list[str]:
    """Who no longer counts from that day on: "départ de X", "la formation socle de Y expire"."""
    eve, said = day - ONE_DAY, []
    for counsellor in site.counsellors:
        if not (counsellor.is_present_on(eve) and is_trained(counsellor, eve, charter)):
            continue
        if not counsellor.is_present_on(day):
            said.append(f"départ {of_name(counsellor.name)}")
        else:
            missing = [NAMES[course] for course in missing_trainings(counsellor, day, charter)]
            said.extend(f"fin de validité de la {name} {of_name(counsellor.name)}" for name in missing)
    return said
