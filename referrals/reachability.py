"""Did this contact pick up, and answer usefully in time, over the last months? Facts about a line, never a ranking.

Small numbers say nothing of a person, so nothing is said of them; and the order of the cards never reads this.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Max, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, ExtractHour

from partners.reached import Reached
from referrals.models import Exchange, Happening, Referral
from schedules.calendars import PARIS
from schedules.wording import NBSP, spoken_date

OVER = timedelta(days=180)
FEWEST_EVENTS = 3
"""Fewer calls, or fewer hand-overs, are not told."""
FEWEST_CALLS_FOR_HOURS = 5
IN_TIME = timedelta(hours=72)
"""Elapsed, from the hand-over to the useful answer, whatever the unit of the promise."""
_STRETCH = 2
"""How many hours the hint spans."""
# « Mauvais interlocuteur » tells of a rule, not of a line.
_CALLS = (Happening.CALL_ANSWERED, Happening.CALL_NO_ANSWER, Happening.CALL_BACK)
_IN_TIME, _TOO_LATE = "in_time", "too_late"


@dataclass
class Reachability:
    """What was measured of one contact: counts, the last success, and when calls were answered."""

    calls: int = 0
    calls_answered: int = 0
    hand_overs: int = 0
    in_time: int = 0
    last_success: datetime | None = None
    answered_at_hour: dict[int, int] = field(default_factory=dict)

    def in_words(self, now: datetime) -> str:
        """« 7 appels sur 9 ont abouti ; 5 réponses utiles sur 6 en moins de 72 h ; dernière le 12 novembre »."""
        said = []
        if self.calls >= FEWEST_EVENTS:
            said.append(_calls(self.calls_answered, self.calls))
        if self.hand_overs >= FEWEST_EVENTS:
            said.append(_answers(self.in_time, self.hand_overs))
        if said and self.last_success:
            day, today = self.last_success.astimezone(PARIS).date(), now.astimezone(PARIS).date()
            said.append(f"dernière réponse le {spoken_date(day, today=today)}")
        return f"{NBSP}; ".join(said)

    def best_hours(self) -> str:
        """« surtout entre 9 h et 11 h »: the two hours that hold half of the answered calls; else nothing."""
        answered = sum(self.answered_at_hour.values())
        if self.calls < FEWEST_CALLS_FOR_HOURS or answered < FEWEST_EVENTS:
            return ""
        counts = {first: self._answered_from(first) for first in sorted(self.answered_at_hour)}
        first = max(counts, key=lambda hour: (counts[hour], -hour))
        return f"entre {first}{NBSP}h et {first + _STRETCH}{NBSP}h" if 2 * counts[first] >= answered else ""

    def _answered_from(self, hour: int) -> int:
        return sum(self.answered_at_hour.get(each, 0) for each in range(hour, hour + _STRETCH))


def measured(contacts: Collection[int], now: datetime) -> dict[int, Reached]:
    """What is said of each of these contacts, by pk; one query for all, nothing for those that are not said of."""
    told = {pk: Reached(found.in_words(now), found.best_hours()) for pk, found in reachability(contacts, now).items()}
    return {pk: words for pk, words in told.items() if words.sentence}


def measured_of(contact: int, now: datetime) -> Reached | None:
    """The same for one contact, as its manager's page shows it."""
    return measured([contact], now).get(contact)


def reachability(contacts: Collection[int], now: datetime) -> dict[int, Reachability]:
    """The counts of these contacts over the last 180 days, by pk; one query."""
    if not contacts:
        return {}
    return _gathered(_calls_of(contacts, now).union(_hand_overs_of(contacts, now), all=True))


def _gathered(rows: Iterable[Any]) -> dict[int, Reachability]:
    found: dict[int, Reachability] = {}
    for contact, kind, hour, number, last in rows:
        one = found.setdefault(contact, Reachability())
        if kind in (_IN_TIME, _TOO_LATE):
            one.hand_overs += number
            one.in_time += number if kind == _IN_TIME else 0
        else:
            one.calls += number
            if kind == Happening.CALL_ANSWERED:
                one.calls_answered += number
                one.answered_at_hour[hour] = number
        if last is not None:
            one.last_success = max(last, one.last_success or last)
    return found


def _calls_of(contacts: Collection[int], now: datetime) -> QuerySet[Exchange, Any]:
    """Calls by contact, outcome and hour of Paris; the instant counts when somebody answered."""
    made = Exchange.objects.filter(referral__contact__in=contacts, kind__in=_CALLS, at__gte=now - OVER).order_by()
    grouped = made.values(contact=F("referral__contact"), what=F("kind"), hour=ExtractHour("at", tzinfo=PARIS))
    counted = grouped.annotate(number=Count("pk"), last=Max("at", filter=Q(kind=Happening.CALL_ANSWERED)))
    return counted.values_list("contact", "what", "hour", "number", "last")


def _hand_overs_of(contacts: Collection[int], now: datetime) -> QuerySet[Referral, Any]:
    """Hand-overs answered, or that ended (or still wait) after 72 h without an answer; « not me » before is neither."""
    ended = Coalesce("answered_at", "declined_at", "revoked_at", "request__closed_at", Value(now))
    told = (
        Referral.objects.filter(contact__in=contacts, sent_at__gte=now - OVER)
        .annotate(ended=ended)
        .filter(Q(answered_at__isnull=False) | Q(ended__gt=F("sent_at") + IN_TIME))
        .order_by()
    )
    in_time = Case(When(answered_at__lte=F("sent_at") + IN_TIME, then=Value(_IN_TIME)), default=Value(_TOO_LATE))
    grouped = told.values("contact", what=in_time, hour=Value(0, output_field=IntegerField()))
    counted = grouped.annotate(number=Count("pk"), last=Max("answered_at"))
    return counted.values_list("contact", "what", "hour", "number", "last")


def _calls(answered: int, made: int) -> str:
    if answered == 0:
        return f"aucun appel sur {made} n’a abouti"
    return f"{answered} appel{'s' if answered > 1 else ''} sur {made} {'ont' if answered > 1 else 'a'} abouti"


def _answers(in_time: int, told: int) -> str:
    if in_time == 0:
        return f"aucune réponse utile sur {told} en moins de 72{NBSP}h"
    s = "s" if in_time > 1 else ""
    return f"{in_time} réponse{s} utile{s} sur {told} en moins de 72{NBSP}h"
