"""The charter in force, and visits that saw something."""

from datetime import UTC, date, datetime
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from quality.models import CharterVersion, Criterion, CriterionKind, Observation, Visit
from tests.accounts.factories import UserFactory
from tests.structures.factories import CounsellorFactory, CourseFactory, StructureFactory, TrainingFactory

COMPUTED = {
    "opening_hours": "Horaires",
    "trained_counsellors": "Conseillers formés",
    "response_time": "Réponse à temps",
}
OBSERVED = {
    "signage": "Enseigne",
    "confidential_office": "Bureau confidentiel",
    "free_of_charge": "Gratuité",
    "accessibility": "Accessibilité",
}


class CriterionFactory(DjangoModelFactory[Criterion]):
    class Meta:
        model = Criterion

    charter = factory.SubFactory("tests.quality.factories.CharterVersionFactory", criteria=False)
    key = factory.Sequence(lambda n: f"criterion-{n}")
    name = factory.LazyAttribute(lambda c: f"Critère {c.key}")
    short_name = factory.LazyAttribute(lambda c: c.key[:24])
    kind = CriterionKind.OBSERVED
    position = factory.Sequence(int)


class CharterVersionFactory(DjangoModelFactory[CharterVersion]):
    """24 h a week asked of fixed sites only, two trained counsellors, 90 % in time; the seven criteria come with it."""

    class Meta:
        model = CharterVersion
        django_get_or_create = ("starts_on",)
        skip_postgeneration_save = True

    starts_on = date(2020, 1, 1)
    name = "Charte France services"
    weekly_hours_fixed = Decimal(24)

    @factory.post_generation
    def criteria(self: CharterVersion, create: bool, extracted: bool | None, **kwargs: object) -> None:
        if extracted is False or self.criteria.exists():
            return
        for position, (key, short) in enumerate([*COMPUTED.items(), *OBSERVED.items()]):
            kind = CriterionKind.COMPUTED if key in COMPUTED else CriterionKind.OBSERVED
            CriterionFactory(charter=self, key=key, short_name=short, kind=kind, position=position)


class VisitFactory(DjangoModelFactory[Visit]):
    """`VisitFactory(seen={"signage": True})`."""

    class Meta:
        model = Visit
        skip_postgeneration_save = True

    structure = factory.SubFactory(StructureFactory)
    author = factory.SubFactory(UserFactory)
    visited_on = date(2026, 3, 12)
    recorded_at = datetime(2026, 3, 12, 16, tzinfo=UTC)

    @factory.post_generation
    def seen(self: Visit, create: bool, extracted: dict[str, bool] | None, **kwargs: object) -> None:
        for key, is_met in (extracted or {}).items():
            Observation.objects.create(visit=self, criterion_key=key, is_met=is_met)


class TrainedCounsellorFactory(CounsellorFactory):
    """A counsellor with both trainings; `expires_on` is when the operators' one ends."""

    class Meta:
        skip_postgeneration_save = True

    @factory.post_generation
    def expires_on(self, create: bool, extracted: date | None, **kwargs: object) -> None:
        operators = CourseFactory(code="operators", name="Formation des opérateurs", days=2)
        TrainingFactory(counsellor=self, course=CourseFactory())
        TrainingFactory(counsellor=self, course=operators, expires_on=extracted)
