"""Addresses of the partners' screens, one module per kind of work."""

from partners.urls import digital, directory, imports, know_how, local_actions, local_services, upkeep

app_name = "partners"
urlpatterns = [
    *upkeep.urlpatterns,
    *imports.urlpatterns,
    *directory.urlpatterns,
    *local_services.urlpatterns,
    *digital.urlpatterns,
    *local_actions.urlpatterns,
    *know_how.urlpatterns,
]
