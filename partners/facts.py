"""What do the partners' screens show, in words and with a fixed number of queries?"""

from dataclasses import dataclass
from datetime import date, datetime

from partners.models import Contact, LocalService, LocalServiceKind, Rule, Verdict
from partners.sessions import next_session
from schedules.calendars import PARIS, Calendar
from schedules.models import Schedule
from schedules.opening_hours import Timetable, in_words, next_opening, open_until
from schedules.wording import spoken_date, spoken_day, spoken_time
from territories.spelling import matches

SCOPE_SHOWN = 6


@dataclass(frozen=True)
class Badge:
    label: str
    level: str


def badges_of(contact: Contact, today: date) -> list[Badge]:
    """What one must know of a contact before calling: out of service, absent, its mail comes back, not confirmed."""
    if not contact.is_active:
        return [Badge("hors service", "error")]
    badges = []
    if contact.is_absent(today) and contact.absent_until:
        badges.append(Badge(f"absent jusqu’au {spoken_date(contact.absent_until, today=today)}", "warning"))
    elif contact.absent_from and contact.absent_from > today:
        badges.append(Badge(f"absent à partir du {spoken_date(contact.absent_from, today=today)}", "info"))
    if contact.away_since is not None and not contact.is_absent(today):
        away_since = spoken_date(contact.away_since.astimezone(PARIS).date(), today=today)
        badges.append(Badge(f"peut-être absent depuis le {away_since}", "warning"))
    if contact.bounced_at is not None:
        badges.append(Badge("message revenu", "error"))
    if contact.is_unconfirmed(today):
        since = f"non vérifié depuis le {spoken_date(contact.checked_on, today=today)}" if contact.checked_on else ""
        badges.append(Badge(since or "jamais vérifié", "error" if contact.is_doubtful(today) else "warning"))
    return badges


@dataclass(frozen=True)
class LastQuestion:
    """« Toujours exact ? », the last time: what came of it, and the number of an answer that waits for a manager."""

    sentence: str
    to_decide: int | None = None


def last_question(contact: Contact, today: date) -> LastQuestion | None:
    """What the contact was asked last of its own sheet; None when it never was. One query."""
    asked = contact.confirmations.first()
    if asked is None:
        return None
    if asked.answered_at is None:
        return LastQuestion(f"Question envoyée le {_on(asked.asked_at, today)}, sans réponse")
    said = Verdict(asked.verdict)
    answered = _on(asked.answered_at, today)
    if said is Verdict.STILL_RIGHT:
        return LastQuestion(f"Confirmée par l’interlocuteur le {answered}")
    what = "dit ne plus suivre cela" if said is Verdict.GONE else "a corrigé sa fiche"
    return LastQuestion(f"L’interlocuteur {what} le {answered}", asked.pk if asked.decided_at is None else None)


def _on(at: datetime, today: date) -> str:
    return spoken_date(at.astimezone(PARIS).date(), today=today)


@dataclass(frozen=True)
class ContactSheet:
    """A contact of the directory, ready to read. `more_scope`: how many rules are not in `scope`."""

    contact: Contact
    answers: Badge
    badges: list[Badge]
    hours: list[str]
    scope: list[str]
    more_scope: int
    stand_in: str
    covers_commune: bool


@dataclass(frozen=True)
class ServiceSheet:
    """A local service of the directory. `next_session`: of a local action, in words; empty when none is known."""

    service: LocalService
    hours: list[str]
    next_session: str = ""

    @property
    def kind(self) -> str:
        return LocalServiceKind(self.service.kind).label


def service_sheet(service: LocalService, now: datetime) -> ServiceSheet:
    """The service as one reads it before sending somebody; read with `sessions.ahead`, it costs no query."""
    today = now.astimezone(PARIS).date()
    is_action = service.kind == LocalServiceKind.PAPERWORK_HELP
    coming = next_session(service, now) if is_action else None
    return ServiceSheet(service, hours_of(service.schedule, today), coming.in_words(today) if coming else "")


def hours_of(schedule: Schedule | None, today: date) -> list[str]:
    """The hours of a schedule in words, and the note that completes them; nothing when there is none."""
    return [] if schedule is None else _hours(schedule, schedule.timetable(), today)


def _hours(schedule: Schedule, timetable: Timetable, today: date) -> list[str]:
    return [*in_words(timetable, today), *([schedule.note] if schedule.note else [])]


def service_matches(text: str, service: LocalService) -> bool:
    """Whether each typed word begins a word of the service's name, host, commune, nature or purpose."""
    kind = LocalServiceKind(service.kind).label
    return matches(text, f"{service.name} {service.host} {service.commune.name} {kind} {service.serves}")


def contact_sheet(contact: Contact, now: datetime, calendar: Calendar) -> ContactSheet:
    """The contact as one reads it before calling; nothing is asked of the database for what was read with it.

    `contact.reach`, when the query gave it, says how widely the contact covers the reader's commune.
    """
    today = now.astimezone(PARIS).date()
    # Another office's line is not the reader's to call.
    stand_in = contact.stand_in if contact.stand_in and contact.stand_in.office_id == contact.office_id else None
    rules = list(contact.rules.all())
    timetable = contact.schedule.timetable() if contact.schedule else None
    return ContactSheet(
        contact=contact,
        answers=_answers(timetable, now, calendar),
        badges=[*badges_of(contact, today), *_checked(contact, today)],
        hours=_hours(contact.schedule, timetable, today) if contact.schedule and timetable else [],
        scope=[rule_in_words(rule) for rule in rules[:SCOPE_SHOWN]],
        more_scope=max(0, len(rules) - SCOPE_SHOWN),
        stand_in=stand_in.name if stand_in and contact.is_absent(today) else "",
        covers_commune=getattr(contact, "reach", None) in range(4),
    )


def answers_now(contact: Contact, now: datetime, calendar: Calendar) -> Badge:
    """« joignable jusqu’à 17 h », « fermé, rouvre demain à 9 h », or that nobody wrote the hours down."""
    return _answers(contact.schedule.timetable() if contact.schedule else None, now, calendar)


def _answers(timetable: Timetable | None, now: datetime, calendar: Calendar) -> Badge:
    if timetable is None or not timetable.slots:
        return Badge("horaires non renseignés", "")
    closes = open_until(timetable, now, calendar)
    if closes is not None:
        return Badge(f"joignable jusqu’à {spoken_time(closes.astimezone(PARIS).time())}", "success")
    opening = next_opening(timetable, now, calendar)
    if opening is None:
        return Badge("fermé", "warning")
    opens, today = opening.opens_at.astimezone(PARIS), now.astimezone(PARIS).date()
    days = {0: "", 1: "demain "}
    day = days.get((opens.date() - today).days, f"{spoken_day(opens.date(), today=today)} ")
    return Badge(f"fermé, rouvre {day}à {spoken_time(opens.time())}", "warning")


def _checked(contact: Contact, today: date) -> list[Badge]:
    if contact.checked_on is None or contact.is_unconfirmed(today):
        return []
    return [Badge(f"vérifié le {spoken_date(contact.checked_on, today=today)}", "")]


def rule_in_words(rule: Rule) -> str:
    """ "Carte Vitale – Le Havre", "toutes les démarches – Seine-Maritime (rive droite)"."""
    what = f"{rule.procedure or 'toutes les démarches'} – {rule.territory}"
    return f"{what} ({rule.note})" if rule.note else what
