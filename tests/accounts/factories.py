"""People and teams, named by what they do."""

import factory
from factory.django import DjangoModelFactory

from accounts.models import Membership, Team, User
from accounts.permissions import TeamKind


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"personne{n}@exemple.fr")
    full_name = factory.Sequence(lambda n: f"Personne {n}")

    @factory.post_generation
    def teams(self: User, create: bool, extracted: list[Team] | None, **kwargs: object) -> None:
        for team in extracted or []:
            Membership.objects.create(user=self, team=team)


class TeamFactory(DjangoModelFactory[Team]):
    class Meta:
        model = Team

    class Params:
        coordination = factory.Trait(kind=TeamKind.COORDINATION)
        partner_office = factory.Trait(kind=TeamKind.PARTNER_OFFICE, name="Cellule partenaires", phone="02 61 91 00 01")
        digital = factory.Trait(kind=TeamKind.DIGITAL_COORDINATION)

    kind = TeamKind.STRUCTURE
    name = factory.Sequence(lambda n: f"Équipe {n}")
