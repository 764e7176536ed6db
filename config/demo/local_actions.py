"""How does SOS paperasse run at the library of Le Châtelet: its calendar, its team, two years of attendance?"""

from datetime import date, datetime, time, timedelta
from random import Random

from accounts.models import Team
from config.demo.chance import dice
from config.demo.people import names
from partners.models import ActionMember, ActionSession, LocalService, LocalServiceKind, Role, SentTo
from partners.session_calendar import Rhythm, planned_days, school_year, school_year_of
from schedules.calendars import PARIS
from schedules.here import calendar_between

FIRST_SESSION = date(2024, 1, 5)
"""The anchor of the hours written beside: a Friday."""
TEAM = (
    ("secrétaire médico-sociale", Role.PROFESSIONAL),
    ("travailleuse sociale", Role.PROFESSIONAL),
    ("travailleuse sociale", Role.PROFESSIONAL),
    ("conseiller numérique", Role.PROFESSIONAL),
    *[("", Role.VOLUNTEER)] * 8,
)
SENT = ("CAF", "Assurance Maladie", "CMS", "France services de Rouen", "Impôts", "Assurance retraite")
LIMITS = (
    "Pas de demande d’aide financière.\nPas d’accompagnement au long cours.\nLes bénévoles ne tiennent pas de mandat."
)
SERVES = "Comprendre un courrier, remplir un papier, faire une démarche simple en ligne, trier ses documents."
CANCELLED = "Bibliothèque fermée\u00a0: travaux"


def write_local_actions(*, coordination: Team, now: datetime, seed: int) -> int:
    """The team and the sessions of SOS paperasse; says how many sessions."""
    action = LocalService.objects.get(kind=LocalServiceKind.PAPERWORK_HELP)
    action.coordination, action.limits, action.serves = coordination, LIMITS, SERVES
    action.access = "Sans rendez-vous, gratuit"
    action.save()
    chance, today = dice(seed, "local actions"), now.astimezone(PARIS).date()
    members = _members(action, today, chance)
    sessions = _sessions(action, today)
    held = [row for row in sessions if row.day < today and not row.cancelled_because]
    for row in held[:-1]:  # the last sheet waits to be filled
        row.people_received = chance.randint(11, 18)
        row.procedures_done = row.people_received + chance.randint(1, 5)
    ActionSession.objects.bulk_create(sessions)
    sent, present = [], []
    for row in held[:-1]:
        for label in chance.sample(SENT, k=chance.randint(1, 3)):
            sent.append(SentTo(session=row, label=label, count=chance.randint(1, 3)))
        for member in [*members[:4], *chance.sample(members[4:], k=chance.randint(4, 7))]:
            present.append(ActionSession.present.through(actionsession=row, actionmember=member))
    SentTo.objects.bulk_create(sent)
    ActionSession.present.through.objects.bulk_create(present)
    return len(sessions)


def _members(action: LocalService, today: date, chance: Random) -> list[ActionMember]:
    people = names(chance)
    joined = school_year(school_year_of(today) - 2)[0]
    return ActionMember.objects.bulk_create(
        [
            ActionMember(service=action, full_name=next(people), role=role, occupation=occupation, joined_on=joined)
            for occupation, role in TEAM
        ]
    )


def _sessions(action: LocalService, today: date) -> list[ActionSession]:
    """Two school years behind and the one under way; one session of the autumn was cancelled."""
    rhythm = Rhythm(FIRST_SESSION, 2, time(14), time(16, 30))
    year = school_year_of(today)
    first_day, last_day = school_year(year - 2)[0], school_year(year)[1]
    days = planned_days(rhythm, max(first_day, FIRST_SESSION), last_day, calendar_between(first_day, last_day))
    rows = [
        ActionSession(service=action, day=planned.day, opens=rhythm.opens, closes=rhythm.closes)
        for planned in days
        if not planned.skipped_because
    ]
    past = [row for row in rows if row.day < today - timedelta(days=60)]
    if past:
        past[-1].cancelled_because = CANCELLED
    return rows
