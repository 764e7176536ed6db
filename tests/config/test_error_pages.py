"""Can every error page be drawn with nothing at hand, and does it say what happened and what to do?"""

import pytest
from django.template.loader import render_to_string
from django.test import Client
from pytest_django import Settings


@pytest.mark.parametrize("page", ["400", "403", "403_csrf", "404", "500", "503"])
def test_an_error_page_needs_neither_context_nor_database(page: str) -> None:
    html = render_to_string(f"{page}.html")
    assert f"Erreur {page[:3]}" in html
    assert '<main id="contenu"' in html
    assert "Si vous demandez de l’aide" not in html


def test_the_reference_is_shown_when_there_is_one() -> None:
    assert "7f3a-91c2" in render_to_string("500.html", {"request_id": "7f3a-91c2"})


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/nulle-part/", "/%00/"])
def test_an_error_page_bears_the_name_of_the_service(client: Client, settings: Settings, address: str) -> None:
    settings.SERVICE_NAME = "Réseau du Calvados"
    page = client.get(address).content.decode()
    assert page.count("Réseau du Calvados") >= 2
    assert "Réseau France services" not in page
