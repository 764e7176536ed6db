"""What do the invented digital advisors do: their other places, their workshops, the months of their activity?"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from random import Random

from accounts.models import User
from config.demo import hours
from config.demo.chance import dice
from partners.activity import THEMES
from partners.models import Level, LocalService, LocalServiceKind, LocalServicePlace, MonthOfActivity, Workshop
from schedules.calendars import PARIS
from schedules.wording import of_name
from territories.models import Commune

MONTHS = 23
ITINERANT = 10
NEIGHBOURS = 12
PLACE_HOURS = (
    "lun 9:00-12:00 /2",
    "mer 14:00-17:00 rdv /2b",
    "ven 9:30-12:00 2e",
    "sam 9:30-11:30 1er",
)
TITLES = (
    "Créer sa boîte mail",
    "Reconnaître une arnaque en ligne",
    "Premiers pas sur un téléphone",
    "Ranger ses photos",
    "Retrouver ses mots de passe",
    "Prendre rendez-vous en ligne",
    "Suivre la scolarité de ses enfants",
    "Premiers pas sur un ordinateur",
)
STARTS = (time(9, 30), time(10), time(14), time(14, 30))
MOST_THEMES = 6


def write_digital(*, by: User, now: datetime, seed: int) -> tuple[int, int]:
    """Places, workshops and months of every advisor; says how many workshops and how many months."""
    chance = dice(seed, "digital advisors")
    today = now.astimezone(PARIS).date()
    advisors = list(
        LocalService.objects.filter(kind=LocalServiceKind.DIGITAL_ADVISOR).select_related("commune").order_by("pk")
    )
    _write_places(advisors[:ITINERANT], chance)
    workshops = [workshop for advisor in advisors for workshop in _workshops(advisor, today, now, chance)]
    months = [row for advisor in advisors for row in _months(advisor, today, by, now, chance)]
    Workshop.objects.bulk_create(workshops, batch_size=1000)
    MonthOfActivity.objects.bulk_create(months, batch_size=1000)
    return len(workshops), len(months)


def _write_places(itinerant: Sequence[LocalService], chance: Random) -> None:
    """Two or three town halls around, on days of their own."""
    around = list(Commune.objects.filter(population__gte=1500).order_by("insee"))
    rows: list[LocalServicePlace] = []
    said: list[str] = []
    for advisor in itinerant:
        near = sorted(around, key=lambda town: (_squared(town, advisor.commune), town.insee))[1:NEIGHBOURS]
        towns = chance.sample(near, k=chance.choice((2, 3)))
        for town, text in zip(towns, chance.sample(PLACE_HOURS, k=len(towns)), strict=True):
            rows.append(LocalServicePlace(service=advisor, name=f"Mairie {of_name(town.name)}", commune=town))
            said.append(text)
    for row, schedule in zip(rows, hours.write(hours.timetable(text) for text in said), strict=True):
        row.schedule = schedule
    LocalServicePlace.objects.bulk_create(rows)


def _squared(one: Commune, other: Commune) -> float:
    north, east = one.latitude - other.latitude, (one.longitude - other.longitude) * 0.65
    return north * north + east * east


def _workshops(advisor: LocalService, today: date, now: datetime, chance: Random) -> list[Workshop]:
    """About one a fortnight, from a year ago to six weeks ahead; a few were cancelled."""
    found = []
    monday = today - timedelta(days=today.weekday(), weeks=52)
    for week in range(chance.randrange(2), 58, 2):
        if chance.random() < 0.35:
            continue
        day = monday + timedelta(weeks=week, days=chance.randrange(1, 5))
        starts_at = datetime.combine(day, chance.choice(STARTS), PARIS)
        found.append(
            Workshop(
                service=advisor,
                title=chance.choice(TITLES),
                level=chance.choice(list(Level)),
                seats=chance.choice((6, 8, 10, 12)),
                starts_at=starts_at,
                ends_at=starts_at + timedelta(hours=2),
                place=advisor.host,
                commune=advisor.commune,
                cancelled_at=min(now, starts_at) - timedelta(days=1) if chance.random() < 0.05 else None,
            )
        )
    return found


def _months(advisor: LocalService, today: date, by: User, now: datetime, chance: Random) -> list[MonthOfActivity]:
    """Entered each month, the last one by most; August is slow."""
    found = []
    this_month = today.year * 12 + today.month - 1
    for number in range(this_month - MONTHS, this_month):
        is_late = number == this_month - 1 and chance.random() < 0.3
        month = date(number // 12, number % 12 + 1, 1)
        pace = 0.4 if month.month == 8 else 1.0
        people, workshops = round(chance.randint(28, 75) * pace), round(chance.randint(1, 4) * pace)
        if is_late:
            continue
        themes = chance.sample(list(THEMES), k=chance.randint(3, MOST_THEMES))
        found.append(
            MonthOfActivity(
                service=advisor,
                month=month,
                people=people,
                workshops=workshops,
                attendees=sum(chance.randint(3, 9) for _ in range(workshops)),
                themes={code: chance.randint(2, max(2, people // 3)) for code in themes},
                author=by,
                recorded_at=now - timedelta(days=30 * (this_month - number - 1)),
            )
        )
    return found
