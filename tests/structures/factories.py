"""Structures as the tests need them: with a team, a place and ordinary hours."""

from datetime import date, time

import factory
from factory.django import DjangoModelFactory

from accounts.permissions import TeamKind
from schedules.models import Schedule, Slot
from structures.models import Counsellor, Course, Location, LocationKind, Structure, StructureKind, Training
from tests.accounts.factories import TeamFactory
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
