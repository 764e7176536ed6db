"""Filters of the list are kept under a name, for one person or for all her site."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from referrals.finding.saved_views import AT_MOST
from referrals.models import SavedView
from structures.models import Structure


class TooManyViews(Exception):
    """This person keeps as many as one page can show."""


class NameTaken(Exception):
    """She already has a view of this name."""


@transaction.atomic
def save_view(*, owner: User, name: str, query: str, share_with: Structure | None, now: datetime) -> SavedView:
    """Keep these filters. Raises TooManyViews, NameTaken."""
    User.objects.select_for_update().get(pk=owner.pk)  # two tabs at once: the count stays true
    hers = SavedView.objects.filter(owner=owner)
    if hers.count() >= AT_MOST:
        raise TooManyViews
    if hers.filter(name=name).exists():
        raise NameTaken
    return SavedView.objects.create(owner=owner, name=name, query=query, structure=share_with, created_at=now)


@transaction.atomic
def rename_view(*, view: SavedView, name: str, share_with: Structure | None) -> None:
    """Another name, or other readers; the filters stay. Raises NameTaken."""
    User.objects.select_for_update().get(pk=view.owner_id)
    if SavedView.objects.filter(owner=view.owner_id, name=name).exclude(pk=view.pk).exists():
        raise NameTaken
    SavedView.objects.filter(pk=view.pk).update(name=name, structure=share_with)


def delete_view(*, view: SavedView) -> None:
    view.delete()
