"""Structures as the tests need them: with a team, a place and ordinary hours."""

from datetime import UTC, date, datetime, time

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from accounts.permissions import TeamKind
from schedules.models import Schedule, Slot
from structures.models import (
    Carrier,
    Counsellor,
    Course,
    ImportDraft,
    LabelChange,
    LabelState,
    Location,
    LocationKind,
    Structure,
    StructureKind,
    Training,
    TrainingSession,
)
from tests.accounts.factories import TeamFactory, UserFactory
from tests.territories.factories import CommuneFactory, DepartementFactory


class ScheduleFactory(DjangoModelFactory[Schedule]):
    """Open from Monday to Friday, 9 h – 12 h and 13 h 30 – 17 h: 32 h 30 a week. `closed=True` gives no slot."""

    class Meta:
        model = Schedule
        skip_postgeneration_save = True

    @factory.post_generation
    def week(self: Schedule, create: bool, extracted: list[tuple[int, time, time]] | None, **kwargs: object) -> None:
        ordinary = [(day, *hours) for day in range(5) for hours in ((time(9), time(12)), (time(13, 30), time(17)))]
        for weekday, opens, closes in ordinary if extracted is None else extracted:
            Slot.objects.create(schedule=self, weekday=weekday, opens=opens, closes=closes)


class StructureFactory(DjangoModelFactory[Structure]):
    class Meta:
        model = Structure

    class Params:
        bus = factory.Trait(kind=StructureKind.BUS)
        antenna = factory.Trait(kind=StructureKind.ANTENNA)

    id_fs = factory.Sequence(lambda n: str(9000 + n))
    name = factory.Sequence(lambda n: f"France services numéro {n}")
    slug = factory.Sequence(lambda n: f"france-services-{n}")
    departement = factory.SubFactory(DepartementFactory)
    team = factory.SubFactory(TeamFactory, name=factory.SelfAttribute("..name"))
    coordination = factory.SubFactory(TeamFactory, kind=TeamKind.COORDINATION)
    partner_office = factory.SubFactory(TeamFactory, partner_office=True)


class CarrierFactory(DjangoModelFactory[Carrier]):
    class Meta:
        model = Carrier

    name = factory.Sequence(lambda n: f"Communauté de communes numéro {n}")


class LabelChangeFactory(DjangoModelFactory[LabelChange]):
    """A label of 2022."""

    class Meta:
        model = LabelChange

    structure = factory.SubFactory(StructureFactory)
    state = LabelState.LABELLED
    decided_on = date(2022, 1, 3)
    recorded_at = datetime(2022, 1, 3, 12, tzinfo=UTC)


class LocationFactory(DjangoModelFactory[Location]):
    class Meta:
        model = Location

    structure = factory.SubFactory(StructureFactory)
    kind = LocationKind.MAIN
    address = "1 place de la Mairie"
    postcode = "76000"
    commune = factory.SubFactory(CommuneFactory)
    schedule = factory.SubFactory(ScheduleFactory)


class CounsellorFactory(DjangoModelFactory[Counsellor]):
    class Meta:
        model = Counsellor

    structure = factory.SubFactory(StructureFactory)
    full_name = factory.Sequence(lambda n: f"Conseillère {n}")
    arrived_on = date(2024, 1, 8)


class CourseFactory(DjangoModelFactory[Course]):
    class Meta:
        model = Course
        django_get_or_create = ("code",)

    code = "core"
    name = "Formation socle"
    provider = "CNFPT"
    days = 3


class TrainingFactory(DjangoModelFactory[Training]):
    class Meta:
        model = Training

    counsellor = factory.SubFactory(CounsellorFactory)
    course = factory.SubFactory(CourseFactory)
    completed_on = date(2024, 3, 1)


class ImportDraftFactory(DjangoModelFactory[ImportDraft]):
    class Meta:
        model = ImportDraft

    coordination = factory.SubFactory(TeamFactory, coordination=True)
    file_name = "liste-fs-20240801.csv"
    file_sha256 = factory.Sequence(lambda n: f"{n:064x}")
    edition = "2024"
    rows_read = 1
    author = factory.SubFactory(UserFactory)
    uploaded_at = factory.LazyFunction(timezone.now)


class TrainingSessionFactory(DjangoModelFactory[TrainingSession]):
    class Meta:
        model = TrainingSession

    course = factory.SubFactory(CourseFactory)
    coordination = factory.SubFactory(TeamFactory, kind=TeamKind.COORDINATION)
    starts_on = date(2027, 1, 12)
    ends_on = date(2027, 1, 14)
    place = "Rouen"
    seats = 12
