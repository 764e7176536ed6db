"""Is whatever is sent treated as text: never a failure of the server, never run, never waited for?"""

import io
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.forms import BaseForm
from django.forms.formsets import BaseFormSet
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.models import Team
from partners.models import Contact, LocalServiceKind, Operator
from quality.actions import load_charter
from referrals import links
from referrals.models import Exchange, ReferralChannel, ServiceRequest
from structures.models import Structure
from tests.accounts.factories import TeamFactory, UserFactory
from tests.config.hostile import BROKEN_BODIES, COMPUTED, HUGE, PATHS, STRINGS
from tests.partners.factories import ContactFactory, LocalServiceFactory, ProcedureFactory, RuleFactory
from tests.referrals.factories import ReferralFactory, ServiceRequestFactory

pytestmark = pytest.mark.django_db
LONGEST_WAIT = 10.0
RAW = ("<script>alert(1)", "<img src=x", "onerror=alert(1)>", COMPUTED, "root:x:")


def safe(response: Any, since: float, what: str) -> str:
    """No failure, nothing live, no wait; gives the page."""
    page = b"".join(response) if response.streaming else response.content
    text = bytes(page).decode(errors="replace")
    assert response.status_code < 500, f"{what}: {response.status_code}"
    assert time.monotonic() - since < LONGEST_WAIT, f"{what}: too long"
    for raw in RAW:
        assert raw not in text, f"{what}: {raw} is live"
    assert "X-Injected" not in response.headers
    assert "Bcc" not in response.headers
    return text


def get(client: Client, address: str, data: dict[str, str] | None = None) -> Any:
    since = time.monotonic()
    response = client.get(address, data)
    safe(response, since, f"GET {address[:80]} {str(data)[:80]!a}")
    return response


def post(client: Client, address: str, data: dict[str, Any]) -> Any:
    since = time.monotonic()
    response = client.post(address, data)
    safe(response, since, f"POST {address[:80]} {str(data)[:120]!a}")
    return response


def fields_of(page: Any) -> dict[str, str]:
    """The fields of the forms of a page, with what they hold, as a browser would send them."""
    found: dict[str, str] = {}
    for layer in page.context or []:
        for value in layer.values() if hasattr(layer, "values") else [v for d in layer for v in d.values()]:
            for form in _forms(value):
                for bound in form:
                    held = bound.value()
                    found.setdefault(bound.html_name, "" if held is None or isinstance(held, list) else str(held))
    return found


def _forms(value: object) -> Iterable[BaseForm]:
    if isinstance(value, BaseForm):
        return [value]
    return [value.management_form, *value.forms] if isinstance(value, BaseFormSet) else []


def sendable(text: str) -> str:
    """As the wire carries it: a surrogate alone cannot be encoded."""
    return text.encode(errors="surrogatepass").decode(errors="replace")


@pytest.fixture
def request_of_site(structure: Structure) -> ServiceRequest:
    procedure = ProcedureFactory(code="DEMARCHE", name="Carte grise")
    contact = ContactFactory(operator=procedure.operator, office=structure.partner_office)
    RuleFactory(contact=contact)
    request = ServiceRequestFactory(structure=structure, procedure=procedure, received_at=timezone.now())
    ReferralFactory(request=request, contact=contact, channel=ReferralChannel.PHONE, sent_at=timezone.now())
    return request


@pytest.fixture
def addresses(request_of_site: ServiceRequest, structure: Structure, partner_office: Team) -> dict[str, list[str]]:
    """The forms of each persona: the page, and the addresses to which its forms are sent when they are others."""
    load_charter(now=timezone.now())
    request, referral = request_of_site, request_of_site.referrals.get()
    contact, operator = referral.contact, request_of_site.operator
    service = LocalServiceFactory(office=partner_office, kind=LocalServiceKind.CMS)
    page = f"/demandes/{request.reference}/"
    return {
        "visitor": ["/", "/compte/login/", "/compte/password/reset/", "/compte/signup/"],
        "counsellor": [
            "/accueil/", "/demandes/", page, f"{page}transmettre/", f"{page}notes/", f"{page}identite/",
            f"{page}appels/{referral.pk}/", f"{page}usager-informe/", "/ma-structure/", "/annuaire/",
            "/compte/password/change/",
        ],
        "partner_manager": [
            "/partenaires/", "/partenaires/interlocuteurs/nouveau/", f"/partenaires/interlocuteurs/{contact.pk}/",
            f"/partenaires/interlocuteurs/{contact.pk}/regles/", "/partenaires/operateurs/",
            "/partenaires/operateurs/nouveau/", f"/partenaires/operateurs/{operator.code}/", "/partenaires/demarches/",
            "/partenaires/demarches/nouvelle/", "/partenaires/demarches/DEMARCHE/", "/partenaires/services-locaux/",
            "/partenaires/services-locaux/nouveau/", f"/partenaires/services-locaux/{service.pk}/",
        ],
        "coordinator": [
            "/pilotage/", "/pilotage/charte/", "/pilotage/retards/", "/pilotage/structures/",
            f"/pilotage/structures/{structure.slug}/visite/", f"/pilotage/structures/{structure.slug}/",
        ],
        "digital_coordinator": ["/pilotage/conseillers-numeriques/", "/pilotage/conseillers-numeriques/nouveau/"],
    }  # fmt: skip


EXTRA = {
    "/": ["lieu", "insee", "ouvert", "page"],
    "/accueil/": ["encore", "derniere", "procedure_code"],
    "/demandes/": ["etat", "operateur", "demarche", "depuis", "miennes", "q", "apres"],
    "/compte/login/": ["login", "password", "next"],
}
"""What these pages read beside the fields of their forms."""
QUERIED = {
    *EXTRA, "/annuaire/", "/partenaires/", "/partenaires/operateurs/", "/partenaires/demarches/", "/pilotage/",
    "/partenaires/services-locaux/", "/pilotage/charte/", "/pilotage/retards/", "/pilotage/structures/",
    "/pilotage/conseillers-numeriques/",
}  # fmt: skip
"""Pages whose address carries filters."""
STORED = {"line ends", "formula", "template", "script", "direction", "null"}
"""Also sent in the empty fields only, the others being right: these texts get through and are kept."""


@pytest.fixture
def personas(
    counsellor: Client, partner_manager: Client, coordinator: Client, digital_coordinator: Client
) -> dict[str, Client]:
    found = {
        "visitor": Client(),
        "counsellor": counsellor,
        "partner_manager": partner_manager,
        "coordinator": coordinator,
        "digital_coordinator": digital_coordinator,
    }
    for client in found.values():
        client.raise_request_exception = False
    return found


def known_fields(client: Client, address: str) -> dict[str, str]:
    page = client.get(address)
    names = fields_of(page) if page.status_code == 200 else {}
    usual = [
        "text",
        "name",
        "reach",
        "kind",
        "reason",
        "question",
        "structure",
        "q",
        "page",
        "mail",
        "phone",
        "call_back_at",
    ]
    return names | {name: "" for name in EXTRA.get(address, []) if name not in names} or dict.fromkeys(usual, "")


@pytest.mark.parametrize("who", ["visitor", "counsellor", "partner_manager", "coordinator", "digital_coordinator"])
def test_every_field_of_every_form_takes_anything_for_text(
    who: str, personas: dict[str, Client], addresses: dict[str, list[str]]
) -> None:
    client, sent = personas[who], 0
    for address in addresses[who]:
        fields = known_fields(client, address)
        assert fields, address
        for name, text in STRINGS.items():
            text = sendable(text)
            if address in QUERIED:
                get(client, address, dict.fromkeys(fields, text))
            if address not in QUERIED or address in EXTRA:
                post(client, address, dict.fromkeys(fields, text))
                sent += 1
            if name in STORED:
                post(client, address, fields | {name: text for name, held in fields.items() if not held})
    assert sent >= len(STRINGS)
    for address in addresses[who]:
        get(client, address)


@pytest.mark.parametrize("who", ["visitor", "counsellor", "partner_manager", "digital_coordinator"])
def test_a_field_of_one_megabyte_is_refused_at_once(
    who: str, personas: dict[str, Client], addresses: dict[str, list[str]]
) -> None:
    client = personas[who]
    for address in addresses[who]:
        name = next(iter(known_fields(client, address)))
        response = post(client, address, {name: HUGE})
        assert response.status_code in (200, 302, 400, 403, 404, 405, 409, 422), address


def test_a_body_too_large_or_with_too_many_fields_is_a_bad_request(personas: dict[str, Client]) -> None:
    for address in ("/compte/login/", "/accueil/"):
        for client in (personas["visitor"], personas["counsellor"]):
            many = post(client, address, {f"champ{number}": "x" for number in range(3_000)})
            large = post(client, address, {"procedure": "x" * 3_000_000})
            assert {many.status_code, large.status_code} <= {302, 400}
    assert post(personas["counsellor"], "/accueil/", {f"c{n}": "" for n in range(3_000)}).status_code == 400


@pytest.mark.parametrize("broken", BROKEN_BODIES)
def test_a_broken_body_is_said_not_suffered(
    broken: str, personas: dict[str, Client], request_of_site: ServiceRequest
) -> None:
    kind, body = BROKEN_BODIES[broken]
    answer = f"/repondre/{links.token_for(request_of_site.referrals.get())}/"
    for client, address in (
        (personas["visitor"], "/compte/login/"),
        (personas["visitor"], "/accueil/"),
        (personas["visitor"], answer),
        (personas["counsellor"], "/accueil/"),
        (personas["counsellor"], f"/demandes/{request_of_site.reference}/transmettre/"),
        (personas["partner_manager"], "/partenaires/operateurs/nouveau/"),
    ):
        since = time.monotonic()
        response = client.generic("POST", address, body, content_type=kind)
        safe(response, since, f"{broken} to {address}")


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path[:40])
@pytest.mark.parametrize("who", ["visitor", "counsellor", "partner_manager", "superuser"])
def test_any_address_is_answered(path: str, who: str, personas: dict[str, Client], superuser: Client) -> None:
    client = personas.get(who, superuser)
    client.raise_request_exception = False
    get(client, path)
    post(client, path, {"open": "1"})


def test_the_contact_may_write_anything(
    personas: dict[str, Client], request_of_site: ServiceRequest, counsellor: Client
) -> None:
    referral = request_of_site.referrals.get()
    address, contact = f"/repondre/{links.token_for(referral)}/", personas["visitor"]
    contact.post(address, {"open": "1"})
    for name, text in STRINGS.items():
        text = sendable(text)
        get(contact, address, {"choice": text, "text": text})
        post(contact, address, {"choice": text, "text": text, "instead": text, "instead_text": text})
        post(contact, address, {"choice": "il-manque", "text": text[:3_000] or name})
        get(counsellor, f"/demandes/{request_of_site.reference}/")
    assert Exchange.objects.filter(text=STRINGS["script"]).exists(), "kept as it was written"
    assert "&lt;script&gt;alert(1)" in counsellor.get(f"/demandes/{request_of_site.reference}/").content.decode()


def test_a_link_cut_and_extended_everywhere_opens_nothing(request_of_site: ServiceRequest) -> None:
    token = links.token_for(request_of_site.referrals.get())
    client = Client(raise_request_exception=False)
    altered = [token[:cut] for cut in range(1, len(token), 3)] + [token + text for text in ("x", "%00", ":", "=", "..")]
    altered += [token[:4] + "A" + token[5:], token.swapcase(), token[::-1]]
    for one in altered:
        response = get(client, f"/repondre/{one}/")
        assert response.status_code in (400, 404), one


def test_names_given_by_the_partner_office_are_shown_as_text(
    personas: dict[str, Client], request_of_site: ServiceRequest
) -> None:
    nasty = STRINGS["attribute"]
    Operator.objects.update(name=nasty, counsellor_note=STRINGS["script"], website="javascript:alert(1)")
    Contact.objects.update(name=nasty, body=nasty, function=nasty, note=STRINGS["script"], phone="'><b>0261910077")
    pages = {
        "counsellor": ["/accueil/", "/demandes/", f"/demandes/{request_of_site.reference}/", "/annuaire/",
                       f"/demandes/{request_of_site.reference}/transmettre/"],
        "partner_manager": ["/partenaires/", "/partenaires/operateurs/", "/partenaires/demarches/"],
        "coordinator": ["/pilotage/", "/pilotage/interlocuteurs/"],
    }  # fmt: skip
    for who, addresses in pages.items():
        for address in addresses:
            page = get(personas[who], address).content.decode()
            assert 'href="javascript:' not in page, address


HEADER = b"id_fs;lib_fs;adresse;code_postal;commune"
FILES = {
    "empty": b"",
    "null": b"\x00" * 5_000,
    "zip": b"PK\x03\x04" + bytes(range(256)) * 40,
    "quote": HEADER + b'\n"' + b"a;" * 20_000,
    "columns": b";".join([b"x"] * 30_000),
    "latin": "id_fs;lib_fs\n1;Forêt".encode("latin-1"),
    "long line": HEADER + b"\n" + b"x" * 3_000_000,
    "words": "\n".join(STRINGS.values()).encode(errors="surrogatepass"),
}


@pytest.mark.parametrize("name", FILES)
def test_the_import_refuses_any_file_in_a_sentence(name: str, tmp_path: Path) -> None:
    file, since = tmp_path / "liste.csv", time.monotonic()
    file.write_bytes(FILES[name])
    with pytest.raises((CommandError, SystemExit)) as refusal:
        call_command("import_structures", str(file), stdout=io.StringIO(), stderr=io.StringIO())
    assert "Traceback" not in str(refusal.value)
    assert time.monotonic() - since < LONGEST_WAIT
    assert not Structure.objects.exists()


def test_a_hostile_name_is_signed_in_and_shown_as_text(structure: Structure) -> None:
    client = Client()
    client.force_login(UserFactory(full_name=STRINGS["script"][:120], teams=[structure.team, TeamFactory(name="<b>")]))
    response: HttpResponse = get(client, "/accueil/")
    assert "&lt;script&gt;alert(1)" in response.content.decode()
