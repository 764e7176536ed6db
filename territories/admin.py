"""What may a superuser see of the territories?"""

from django.contrib import admin
from django.http import HttpRequest

from territories.models import Arrondissement, Commune, Departement, Epci, PostalCode, PriorityDistrict


class LoadedFromFiles(admin.ModelAdmin):  # type: ignore[type-arg]
    """Places come from `import_territories`, which would undo an edit: here they are only looked at."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


admin.site.register([Departement, Arrondissement, Epci, PostalCode, PriorityDistrict], LoadedFromFiles)


@admin.register(Commune)
class CommuneAdmin(LoadedFromFiles):
    list_display = ["name", "insee", "epci", "population", "has_priority_district"]
    list_filter = ["departement", "arrondissement", "has_priority_district"]
    list_select_related = ["epci"]
    search_fields = ["plain_name", "insee", "postal_codes__code"]
