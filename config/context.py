"""What every page shows around its content: the name of the service, the navigation, the banner."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from accounts.interrupted import mark
from accounts.models import User
from accounts.permissions import Can

DEMONSTRATION_PASSWORD = "demo-france-services"
DEMONSTRATION_ACCOUNTS = [
    ("conseillere@exemple.fr", "Conseillère France services"),
    ("coordinatrice@exemple.fr", "Coordinatrice départementale"),
    ("partenaires@exemple.fr", "Gestionnaire des partenaires"),
    ("numerique@exemple.fr", "Coordinatrice des conseillers numériques"),
    ("admin@exemple.fr", "Administration technique"),
]


@dataclass(frozen=True)
class NavigationItem:
    label: str
    url: str
    current: bool


_MENU: list[tuple[str, str, Can | None]] = [
    ("Accueil", "referrals:desk", Can.LOG_REQUEST),
    ("Demandes", "referrals:list", Can.FOLLOW_REQUESTS),
    ("Orienter", "referrals:orient", Can.LOG_REQUEST),
    ("Mon site", "structures:my_site", Can.LOG_REQUEST),
    ("Tableau de bord", "quality:dashboard", Can.STEER_NETWORK),
    ("Structures", "quality:structures", Can.STEER_NETWORK),
    ("Charte", "quality:board", Can.STEER_NETWORK),
    ("Formations", "quality:training", Can.STEER_NETWORK),
    ("À faire", "referrals:partner_queue", Can.KEEP_PARTNERS),
    ("Interlocuteurs", "partners:contacts", Can.KEEP_PARTNERS),
    ("Opérateurs", "partners:operators", Can.KEEP_PARTNERS),
    ("Démarches", "partners:procedures", Can.KEEP_PARTNERS),
    ("Conseillers numériques", "partners:digital_advisors", Can.KEEP_DIGITAL_ADVISORS),
    ("Fiches", "referrals:know_how", Can.READ_DIRECTORY),
    ("Actions locales", "partners:local_actions", Can.KEEP_LOCAL_ACTIONS),
    ("Annuaire", "referrals:directory", Can.READ_DIRECTORY),
]


def navigation(request: HttpRequest, user: User) -> list[NavigationItem]:
    """The pages this person may open, most used first."""
    items = []
    for label, name, permission in _MENU:
        if permission is None or user.can(permission):
            url = reverse(name)
            items.append(NavigationItem(label, url, request.path.startswith(url)))
    current = max((item.url for item in items if item.current), key=len, default="")
    return [NavigationItem(item.label, item.url, item.url == current) for item in items]


def page(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    signed_in = isinstance(user, User) or (user is not None and user.is_authenticated)
    context: dict[str, Any] = {
        "service_name": settings.SERVICE_NAME,
        "brand": settings.SERVICE_BRAND,
        "service_contact": settings.SERVICE_CONTACT,
        "demonstration": settings.DEMONSTRATION,
        "request_id": getattr(request, "request_id", ""),
        "navigation": navigation(request, request.user) if signed_in else [],  # type: ignore[arg-type]
    }
    if signed_in:
        context["typed_by"] = mark(request.user)
    if settings.DEMONSTRATION and not signed_in:
        context["demonstration_accounts"] = [
            (mail, role, DEMONSTRATION_PASSWORD) for mail, role in DEMONSTRATION_ACCOUNTS
        ]
    return context
