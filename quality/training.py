"""Who is trained, and until which day are they enough?"""

from datetime import date, timedelta

from quality.findings import CharterParameters, CounsellorFacts, SiteFacts

ONE_DAY = timedelta(days=1)
CORE, OPERATORS = "core", "operators"


def is_trained(counsellor: CounsellorFacts, day: date, charter: CharterParameters) -> bool:
    """Whether both trainings, as long as the charter asks, are in force that day."""
    return not missing_trainings(counsellor, day, charter)


def missing_trainings(counsellor: CounsellorFacts, day: date, charter: CharterParameters) -> list[str]:
    """Codes of the trainings that are not in force that day: `core`, `operators`."""
    asked = {CORE: charter.core_training_days, OPERATORS: charter.operator_training_days}
    return [
        course
        for course, days in asked.items()
        # A later edition of a course is `core-2027`.
        if not any(
            t.course.split("-")[0] == course and t.days >= days and t.holds_on(day) for t in counsellor.trainings
        )
    ]


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
