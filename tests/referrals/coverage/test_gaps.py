"""The holes told without reading who answers: are they those of the grid, whoever is away?"""

import random
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Team
from partners.models import Contact
from referrals.coverage.facts import holes
from referrals.coverage.gaps import gaps
from structures.models import Structure
from tests.partners.factories import BlockerFactory, ContactFactory, OperatorFactory, ProcedureFactory, RuleFactory
from tests.territories.factories import CommuneFactory

pytestmark = pytest.mark.django_db
AREAS: tuple[dict[str, str | None], ...] = (
    {"departement_id": "76"},
    {"departement_id": None, "epci_id": "200023414"},
    {"departement_id": None, "epci_id": "200084952"},
    {"departement_id": None, "commune_id": "76540"},
    {"departement_id": None, "commune_id": "76351"},
)


def test_they_are_the_holes_of_the_grid_whoever_is_away(partner_office: Team, structure: Structure) -> None:
    today = timezone.localdate()
    CommuneFactory(rouen=True)
    CommuneFactory(le_havre=True)
    blocker = BlockerFactory()
    seen = set()
    for seed in range(25):
        chance = random.Random(seed)
        Contact.objects.all().delete()
        operators = [OperatorFactory(code=f"OP{n}", name=f"Opérateur {n}") for n in range(2)]
        procedures = {each.pk: list(each.procedures.all()) for each in operators}
        procedures = {
            each.pk: procedures[each.pk] or ProcedureFactory.create_batch(2, operator=each) for each in operators
        }
        contacts: list[Contact] = []
        for _ in range(5):
            operator = chance.choice(operators)
            away = chance.random() < 0.6
            contact = ContactFactory(
                operator=operator,
                office=partner_office,
                absent_from=today if away else None,
                absent_until=today + timedelta(days=3) if away else None,
                is_active=chance.random() < 0.8,
                stand_in=chance.choice([None, *contacts]),
            )
            for area in chance.sample(AREAS, 2):
                wanted = chance.choice([None, *procedures[operator.pk]])
                RuleFactory(contact=contact, procedure=wanted, blocker=chance.choice([None, None, blocker]), **area)
            contacts.append(contact)
        first, last = contacts[0], contacts[-1]
        Contact.objects.filter(pk=first.pk).update(stand_in=chance.choice([None, last]))

        def told(found: list) -> list[tuple]:
            return [(hole.url, hole.area_name, hole.cell.cases, hole.cell.holes) for hole in found]

        assert told(gaps(partner_office, today)) == told(holes(partner_office, today))
        seen.add(len(gaps(partner_office, today)))
    assert len(seen) > 2
