"""Addresses of the requests, of the contact's signed link, and of the partner screens that need the ranking."""

from referrals.urls import (
    contacts,
    corrections,
    desk,
    directory,
    files,
    finding,
    mails,
    partners,
    requests,
    rights,
    teamwork,
)

app_name = "referrals"
urlpatterns = [
    *desk.urlpatterns,
    *directory.urlpatterns,
    # « droits » is no reference: before the requests.
    *rights.urlpatterns,
    *finding.urlpatterns,
    *requests.urlpatterns,
    *files.urlpatterns,
    *corrections.urlpatterns,
    *teamwork.urlpatterns,
    *mails.urlpatterns,
    *partners.urlpatterns,
    *contacts.urlpatterns,
]
