"""Where else a local service receives people, whoever keeps it: a place is added, changed, given its hours."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts import interrupted
from accounts.access import SignedInRequest
from accounts.forms import CarefulForm
from partners.actions.local_service_places import add_place, change_place
from partners.models import LocalService, LocalServicePlace
from partners.views.conflicts import Conflict
from partners.views.hours import HoursPage, edit_hours
from partners.views.sheets import Sheet, edit, status_of
from territories.models import Commune


@dataclass(frozen=True)
class Places:
    """`form`, `initial(place)`: what is typed of a place, `fixed` what is not; `template`, where the service is called
    `name`; `added(place)`: what is said of a new one; `hours`: the name of the address of its hours; `back`.
    """

    service: LocalService
    name: str
    form: Callable[..., CarefulForm]
    initial: Callable[[Any], dict[str, Any]]
    template: str
    added: Callable[[LocalServicePlace], str]
    hours: str
    back: str
    fixed: dict[str, Any] = field(default_factory=dict)

    def create(self, request: SignedInRequest) -> HttpResponse:
        form = self.form(request.POST or None, initial=interrupted.initial(request))
        if request.method != "POST" or not form.is_valid():
            return self._page(request, None, form)
        values: Any = {name: value for name, value in form.cleaned_data.items() if name != "version"} | self.fixed
        place = add_place(service=self.service, by=request.user, now=timezone.now(), **values)
        messages.success(request, self.added(place))
        return redirect(self.hours, self.service.pk, place.pk)

    def edit(self, request: SignedInRequest, place: LocalServicePlace) -> HttpResponse:
        sheet = Sheet(
            row=place,
            form=self.form,
            initial=self.initial,
            save=partial(change_place, place=place, by=request.user, now=timezone.now(), **self.fixed),
            page=partial(self._page, request, place),
            back=self.back,
        )
        return edit(request, sheet)

    def edit_hours(
        self, request: SignedInRequest, row: LocalService | LocalServicePlace, *, name: str, about: str
    ) -> HttpResponse:
        """Of the service itself, or of one of its places."""
        return edit_hours(request, HoursPage(row=row, name=name, about=about, sheet=self.service.name, back=self.back))

    def _page(
        self,
        request: SignedInRequest,
        place: LocalServicePlace | None,
        form: CarefulForm,
        other: Conflict | None = None,
    ) -> HttpResponse:
        communes = Commune.objects.values_list("name", flat=True)
        context = {self.name: self.service, "place": place, "form": form, "communes": communes, "conflict": other}
        return render(request, self.template, context, status=status_of(form, other))
