"""What is written to contacts about their own sheet: plain, short, without a word about any resident."""

from collections.abc import Sequence

from django.conf import settings
from django.template.loader import render_to_string

from outbox.messages import Mail
from partners import confirmation_links
from partners.models import Confirmation


def still_right(confirmations: Sequence[Confirmation]) -> Mail:
    """« Toujours exact ? », one mail for all the sheets of an address."""
    contacts = [confirmation.contact for confirmation in confirmations]
    context = {
        "contacts": contacts,
        "office": contacts[0].office,
        "link": confirmation_links.url_for(confirmations),
        "service_name": settings.SERVICE_NAME,
        "service_contact": settings.SERVICE_CONTACT,
    }
    asked = "votre fiche est-elle toujours exacte" if len(contacts) == 1 else "vos fiches sont-elles toujours exactes"
    return Mail(
        to=contacts[0].mail,
        subject=f"Annuaire France services\u00a0: {asked}\u00a0?",
        text=render_to_string("partners/emails/still_right.txt", context),
        html=render_to_string("partners/emails/still_right.html", context),
        headers={"Auto-Submitted": "auto-generated"},
        purpose="fiche à confirmer",
    )
