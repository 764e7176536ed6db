"""Does the name of a commune, as a page proposes it, always lead back to that commune?"""

import pytest

from referrals.forms import HandOverForm
from territories.actions import load_territories
from territories.models import Commune


@pytest.mark.django_db
def test_every_commune_of_the_departement_is_found_by_its_own_name() -> None:
    load_territories()
    lost = []
    for commune in Commune.objects.all():
        form = HandOverForm({"commune": commune.name})
        if not form.is_valid() or form.cleaned_data["commune"] != commune:
            lost.append(commune.name)
    assert Commune.objects.count() == 707
    assert lost == []
