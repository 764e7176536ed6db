"""Does the sheet for the door print on one page, and does a telephone read its code?"""

import io
import re
from datetime import timedelta

import pytest
import zxingcpp
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page, expect

from partners.models import Role
from schedules.models import Closure, Extra, Slot
from structures.models import Location, LocationKind
from tests.browser import usable
from tests.browser.conftest import OpenWindow
from tests.browser.network import Network
from tests.partners.factories import ActionMemberFactory
from tests.structures.factories import LocationFactory, ScheduleFactory, StructureFactory
from tests.territories.factories import CommuneFactory

LONG_NAME = "Salle polyvalente de l’ancienne gare de Saint-Nicolas-de-la-Taille, entrée côté jardin"


def sheets(page: Page) -> int:
    """How many sheets of A4 the page takes; a medium that a check asked for before would be printed as it is."""
    page.emulate_media(media="print")
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", page.pdf(format="A4")))


def poster_of(place: Location) -> str:
    return f"/structures/{place.structure.slug}/affiche/{place.pk}/"


@pytest.fixture
def ordinary(network: Network) -> Location:
    return network.structure.locations.get()


@pytest.fixture
def stop(network: Network) -> Location:
    """A bus at a stop with a long name, five days a week, morning and afternoon."""
    with transaction.atomic():
        place: Location = LocationFactory(
            structure=StructureFactory(
                bus=True, name="Bus France services de la vallée de la Seine", slug="bus", phone="0261910040"
            ),
            kind=LocationKind.BUS_STOP,
            name=LONG_NAME,
            complement="Derrière la salle des fêtes",
            commune=CommuneFactory(elbeuf=True),
        )
    return place


@pytest.fixture
def crowded(network: Network) -> Location:
    """A place where everything that a sheet can say is long."""
    today = timezone.localdate()
    with transaction.atomic():
        schedule = ScheduleFactory(week=[], note="Sonnez à l’interphone, puis montez au premier étage. " * 3)
        for weekday in range(5):
            for opens in (8, 10, 14, 16):
                Slot.objects.create(
                    schedule=schedule,
                    weekday=weekday,
                    opens=f"{opens:02}:{weekday:02}",
                    closes=f"{opens + 1:02}:3{weekday}",
                    access="appointment" if opens == 16 else "walk_in",
                )
        for number in range(8):
            day = today + timedelta(days=6 * number + 3)
            reason = "réunion de toute l’équipe à la préfecture de Rouen, sans remplacement possible"
            Closure.objects.create(schedule=schedule, first_day=day, last_day=day, reason=reason)
            Extra.objects.create(
                schedule=schedule, day=day - timedelta(days=1), opens="18:00", closes="20:00", replaces=day
            )
        place: Location = LocationFactory(
            structure__name="France services de la communauté de communes Campagne-de-Caux",
            structure__slug="crowded",
            structure__phone="0261910041",
            kind=LocationKind.OUTREACH,
            name=LONG_NAME,
            complement="Bâtiment B, deuxième escalier à gauche",
            commune=CommuneFactory(dieppe=True),
            schedule=schedule,
        )
    return place


@pytest.mark.parametrize("which", ["ordinary", "stop", "crowded"])
def test_the_sheet_takes_one_page_and_nothing_else_is_printed(
    request: pytest.FixtureRequest, open_window: OpenWindow, which: str
) -> None:
    page = open_window()
    page.goto(poster_of(request.getfixturevalue(which)))
    assert sheets(page) == 1
    page.emulate_media(media="print")
    for shown in ("header.fr-header", "footer.fr-footer", ".fr-breadcrumb", "[data-print]"):
        assert page.locator(shown).locator("visible=true").count() == 0, shown
    expect(page.locator(".app-poster")).to_contain_text("Affiche imprimée le")
    expect(page.locator(".app-poster__code")).to_be_visible()


def test_a_telephone_reads_the_address_of_the_page_from_the_screen_and_from_paper(
    ordinary: Location, open_window: OpenWindow, site: str
) -> None:
    page = open_window(dark=True)
    page.goto(poster_of(ordinary))
    for media in ("screen", "print"):
        page.emulate_media(media=media)
        with Image.open(io.BytesIO(page.screenshot(full_page=True))) as picture:
            read = [found.text for found in zxingcpp.read_barcodes(picture.convert("L"))]
        assert read == [f"{site}/structures/{ordinary.structure.slug}/"], media


def test_the_button_prints_and_without_javascript_a_sentence_says_how(
    ordinary: Location, open_window: OpenWindow, javascript: bool
) -> None:
    page = open_window(javascript=javascript)
    page.goto(poster_of(ordinary))
    button = page.get_by_role("button", name="Imprimer")
    expect(page.get_by_role("main")).to_contain_text("Pour l’imprimer")
    if not javascript:
        expect(button).to_be_hidden()
        return
    page.evaluate("window.print = () => { document.title = 'imprimé'; }")
    button.click()
    expect(page).to_have_title("imprimé")


@pytest.mark.parametrize("path", ["/bus/", "/bus/?par=commune", "/structures/bus/"])
def test_everyone_can_read_where_a_bus_stops(stop: Location, open_window: OpenWindow, path: str) -> None:
    page = open_window(width=usable.LAPTOP)
    page.goto(path)
    expect(page.get_by_role("main")).to_contain_text("Elbeuf")
    problems = usable.unnamed(page) + usable.printed_tools(page) + usable.lost_focus(page)
    problems += usable.broken_rules(page, "on a laptop")
    usable.at_width(page, usable.NARROWEST)
    assert problems + usable.broken_rules(page, "narrow") + usable.overflow(page) == []
    usable.at_width(page, usable.LAPTOP)
    assert sheets(page) <= 2


def test_one_chooses_a_bus_then_a_commune_then_the_next_week(stop: Location, open_window: OpenWindow) -> None:
    page = open_window(javascript=False)
    page.goto("/bus/")
    page.get_by_label("Bus", exact=True).select_option("bus")
    page.get_by_role("button", name="Afficher").click()
    page.get_by_role("link", name="Par commune").click()
    expect(page.get_by_role("link", name="Par commune")).to_have_attribute("aria-current", "page")
    page.get_by_role("link", name="Semaine suivante").first.click()
    expect(page.get_by_label("Bus", exact=True)).to_have_value("bus")
    assert "par=commune" in page.url
    assert "semaine=" in page.url


@pytest.mark.parametrize("which", ["action_leaflet", "action_session_sheet"])
def test_the_papers_of_a_local_action_take_one_page_each(network: Network, open_window: OpenWindow, which: str) -> None:
    """Even with a long team, long limits and a long list of places to send people to."""
    session = network.action_session
    action = session.service
    with transaction.atomic():
        limit = "Une limite assez longue pour tenir sur plus d’une ligne, numéro"
        action.limits = "\n".join(f"{limit} {number}" for number in range(6))
        action.save()
        for number in range(14):
            occupation = f"travailleuse sociale de secteur {number}" if number < 6 else ""
            role = Role.PROFESSIONAL if number < 6 else Role.VOLUNTEER
            ActionMemberFactory(service=action, full_name=f"Membre {number}", occupation=occupation, role=role)
    arguments = [action.pk] if which == "action_leaflet" else [action.pk, session.pk]
    page = open_window(network.coordinator)
    page.goto(reverse(f"partners:{which}", args=arguments))
    assert sheets(page) == 1
    page.emulate_media(media="print")
    for shown in ("header.fr-header", "footer.fr-footer", ".fr-breadcrumb", "[data-print]"):
        assert page.locator(shown).locator("visible=true").count() == 0, shown


@pytest.mark.parametrize("crowded", [False, True])
def test_the_sheet_for_the_resident_takes_one_page_in_letters_that_can_be_read(
    network: Network, open_window: OpenWindow, crowded: bool
) -> None:
    """Even when there is much to bring, and the site has many hours and a long address."""
    request = network.late
    with transaction.atomic():
        if crowded:
            procedure = request.procedure
            procedure.what_to_bring = "|".join(f"une pièce assez longue à nommer, numéro {n}" for n in range(12))
            procedure.save()
            place = request.structure.locations.get()
            place.name, place.complement = LONG_NAME, "Bâtiment B, deuxième escalier à gauche, au fond de la cour"
            place.save()
            for weekday in range(5):
                opens, closes = f"{8 + weekday}:00", f"{9 + weekday}:1{weekday}"
                Slot.objects.create(schedule=place.schedule, weekday=weekday, opens=opens, closes=closes)
    page = open_window(network.counsellor)
    page.goto(reverse("referrals:sheet", args=[request.reference]))
    assert sheets(page) == 1
    page.emulate_media(media="print")
    smallest = page.locator(".app-sheet--large :is(p, li, h2)").evaluate_all(
        "nodes => Math.min(...nodes.map(node => parseFloat(getComputedStyle(node).fontSize)))"
    )
    assert smallest >= 18 / 72 * 96 - 0.01
    for shown in ("header.fr-header", "footer.fr-footer", ".fr-breadcrumb", "[data-print]"):
        assert page.locator(shown).locator("visible=true").count() == 0, shown
