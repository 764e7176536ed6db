"""When: the rows behind a timetable. What they mean is decided by the pure module `opening_hours`."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from schedules import opening_hours
from schedules.opening_hours import Access, Frequency, Timetable

WEEKDAYS = [(0, "lundi"), (1, "mardi"), (2, "mercredi"), (3, "jeudi"), (4, "vendredi"), (5, "samedi"), (6, "dimanche")]


class ScheduleQuerySet(models.QuerySet["Schedule"]):
    def with_slots(self) -> "ScheduleQuerySet":
        return self.prefetch_related("slots", "closures", "extras")


class Schedule(models.Model):
    """One timetable: a place, a contact or a local service points to it."""

    note = models.CharField("précision", max_length=200, blank=True)

    read: Timetable | None = None
    """The plain value, once `reading.read_hours` has read it with those of other places."""

    objects = ScheduleQuerySet.as_manager()

    class Meta:
        verbose_name = "horaires"
        verbose_name_plural = "horaires"

    def __str__(self) -> str:
        return f"Horaires {self.pk}"

    def timetable(self) -> Timetable:
        """The plain value; prefetch `slots`, `closures` and `extras`, or `reading.read_hours`, to read many."""
        if self.read is not None:
            return self.read
        return Timetable(
            slots=tuple(slot.as_value() for slot in self.slots.all()),
            closures=tuple(closure.as_value() for closure in self.closures.all()),
            extras=tuple(extra.as_value() for extra in self.extras.all()),
        )


class Slot(models.Model):
    schedule = models.ForeignKey(Schedule, models.CASCADE, related_name="slots", verbose_name="horaires")
    weekday = models.PositiveSmallIntegerField("jour", choices=WEEKDAYS, null=True, blank=True)
    opens = models.TimeField("ouvre à", null=True, blank=True)
    closes = models.TimeField("ferme à", null=True, blank=True)
    access = models.CharField(
        "accès", max_length=12, choices=[(a.value, a.label) for a in Access], default=Access.WALK_IN
    )
    frequency = models.CharField(
        "répétition",
        max_length=14,
        choices=[
            (Frequency.WEEKLY.value, "chaque semaine"),
            (Frequency.EVERY_N_WEEKS.value, "une semaine sur N"),
            (Frequency.NTH_WEEKDAY.value, "un rang dans le mois"),
            (Frequency.DATES.value, "à des dates données"),
        ],
        default=Frequency.WEEKLY,
    )
    interval = models.PositiveSmallIntegerField("toutes les N semaines", default=1)
    anchor = models.DateField("à partir du", null=True, blank=True, help_text="Un jour où le passage a lieu.")
    nth = models.SmallIntegerField(
        "rang dans le mois", null=True, blank=True, help_text="De 1 à 4, ou -1 pour le dernier."
    )
    dates = models.JSONField("dates", default=list, blank=True)
    valid_from = models.DateField("valable du", null=True, blank=True)
    valid_until = models.DateField("au", null=True, blank=True)
    except_school_holidays = models.BooleanField("sauf vacances scolaires", default=False)
    on_public_holidays = models.BooleanField("y compris les jours fériés", default=False)

    class Meta:
        verbose_name = "créneau"
        verbose_name_plural = "créneaux"
        ordering: ClassVar = ["weekday", "opens", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="slot_times_known_together",
                condition=Q(opens__isnull=True, closes__isnull=True) | Q(opens__isnull=False, closes__isnull=False),
                violation_error_message="Donnez l’heure d’ouverture et l’heure de fermeture, ou aucune des deux.",
            ),
            models.CheckConstraint(
                name="slot_ends_after_it_starts",
                condition=Q(closes__isnull=True) | Q(closes__gt=F("opens")) | Q(closes="00:00"),
                violation_error_message="La fermeture vient après l’ouverture.",
            ),
            models.CheckConstraint(
                name="slot_weekday_in_week",
                condition=Q(weekday__isnull=True, frequency=Frequency.DATES.value)
                | Q(weekday__isnull=False, weekday__lte=6),
                violation_error_message="Donnez un jour de la semaine.",
            ),
            models.CheckConstraint(
                name="slot_recurrence_has_anchor",
                condition=~Q(frequency=Frequency.EVERY_N_WEEKS.value) | Q(anchor__isnull=False, interval__gte=1),
                violation_error_message="« Une semaine sur N » se compte à partir d’une date : donnez-la.",
            ),
            models.CheckConstraint(
                name="slot_rank_in_month",
                condition=~Q(frequency=Frequency.NTH_WEEKDAY.value) | Q(nth__isnull=False, nth__in=[1, 2, 3, 4, -1]),
                violation_error_message="Le rang va de 1 à 4, ou -1 pour le dernier.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens}-{self.closes}"

    def as_value(self) -> opening_hours.Slot:
        return opening_hours.Slot(
            weekday=self.weekday,
            opens=self.opens,
            closes=self.closes,
            access=Access(self.access),
            frequency=Frequency(self.frequency),
            interval=self.interval,
            anchor=self.anchor,
            nth=self.nth,
            dates=tuple(date.fromisoformat(day) for day in self.dates),
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            except_school_holidays=self.except_school_holidays,
            on_public_holidays=self.on_public_holidays,
        )


class Closure(models.Model):
    schedule = models.ForeignKey(Schedule, models.CASCADE, related_name="closures", verbose_name="horaires")
    first_day = models.DateField("du")
    last_day = models.DateField("au")
    reason = models.CharField("raison", max_length=120, blank=True)

    class Meta:
        verbose_name = "fermeture"
        ordering: ClassVar = ["first_day", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="closure_ends_after_it_starts",
                condition=Q(last_day__gte=F("first_day")),
                violation_error_message="La fermeture finit avant de commencer.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.first_day} – {self.last_day}"

    def as_value(self) -> opening_hours.Closure:
        return opening_hours.Closure(first_day=self.first_day, last_day=self.last_day, reason=self.reason)


class Extra(models.Model):
    """An opening on one day that no slot gives; it often makes up for a day that is closed."""

    schedule = models.ForeignKey(Schedule, models.CASCADE, related_name="extras", verbose_name="horaires")
    day = models.DateField("le")
    opens = models.TimeField("ouvre à", null=True, blank=True)
    closes = models.TimeField("ferme à", null=True, blank=True)
    access = models.CharField(
        "accès", max_length=12, choices=[(a.value, a.label) for a in Access], default=Access.WALK_IN
    )
    reason = models.CharField("raison", max_length=120, blank=True)
    replaces = models.DateField("remplace le", null=True, blank=True)

    class Meta:
        verbose_name = "ouverture exceptionnelle"
        verbose_name_plural = "ouvertures exceptionnelles"
        ordering: ClassVar = ["day", "opens", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="extra_times_known_together",
                condition=Q(opens__isnull=True, closes__isnull=True) | Q(opens__isnull=False, closes__isnull=False),
                violation_error_message="Donnez l’heure d’ouverture et l’heure de fermeture, ou aucune des deux.",
            ),
            models.CheckConstraint(
                name="extra_ends_after_it_starts",
                condition=Q(closes__isnull=True) | Q(closes__gt=F("opens")) | Q(closes="00:00"),
                violation_error_message="La fermeture vient après l’ouverture.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.opens}-{self.closes}"

    def as_value(self) -> opening_hours.Extra:
        return opening_hours.Extra(
            day=self.day,
            opens=self.opens,
            closes=self.closes,
            access=Access(self.access),
            reason=self.reason,
            replaces=self.replaces,
        )
