"""Stand-ins that go round in a circle, of another office or out of service are refused."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Team
from partners.models import Contact
from partners.stand_ins import circle
from tests.partners.factories import ContactFactory, OperatorFactory


@pytest.mark.parametrize(
    ("stand_ins", "found"),
    [
        ({}, []),
        ({2: 3}, []),
        ({2: 1}, [1, 2]),
        ({2: 3, 3: 4, 4: 1}, [1, 2, 3, 4]),
        ({2: 3, 3: 2}, []),
        ({1: 5, 2: 1}, [1, 2]),
    ],
)
def test_the_circle_that_a_stand_in_would_close(stand_ins: dict[int, int], found: list[int]) -> None:
    assert circle(1, 2, stand_ins) == found


@pytest.fixture
def three(partner_office: Team) -> list[Contact]:
    operator = OperatorFactory()
    return [ContactFactory(operator=operator, office=partner_office, name=name) for name in ("Aline", "Bruno", "Chloé")]


def replaced_by(client: Client, contact: Contact, stand_in: Contact):
    url = reverse("partners:contact_edit", args=[contact.pk])
    form = client.get(url).context["form"]
    values = {name: form[name].value() or "" for name in form.fields}
    return client.post(url, values | {"stand_in": stand_in.pk})


def test_a_stand_in_circle_is_refused_however_long(partner_manager: Client, three: list[Contact]):
    aline, bruno, chloe = three
    assert replaced_by(partner_manager, bruno, aline).status_code == 302
    answer = replaced_by(partner_manager, aline, bruno)
    assert (answer.status_code, "Aline → Bruno → Aline" in answer.content.decode()) == (422, True)
    assert replaced_by(partner_manager, chloe, bruno).status_code == 302
    answer = replaced_by(partner_manager, aline, chloe)
    assert "tournent en rond\u00a0: Aline → Chloé → Bruno → Aline" in answer.content.decode()
    aline.refresh_from_db()
    assert aline.stand_in is None


def test_a_stand_in_of_another_office_or_out_of_service_is_refused(partner_manager: Client, three: list[Contact]):
    aline, bruno, _ = three
    stranger = ContactFactory(operator=aline.operator)
    assert "une autre équipe tient sa fiche" in replaced_by(partner_manager, aline, stranger).content.decode()
    Contact.objects.filter(pk=bruno.pk).update(is_active=False)
    assert "n’est plus en service" in replaced_by(partner_manager, aline, bruno).content.decode()


def test_a_stand_in_who_went_out_of_service_is_to_be_replaced(partner_manager: Client, three: list[Contact]):
    aline, bruno, _ = three
    Contact.objects.filter(pk=aline.pk).update(stand_in=bruno)
    Contact.objects.filter(pk=bruno.pk).update(is_active=False)
    answer = replaced_by(partner_manager, aline, bruno)
    assert "Bruno n’est plus en service" in answer.content.decode()
