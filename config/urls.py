"""Every address of the application. Paths are French for people, names English for code."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

import quality.urls
from config import health, views

config_urls = (
    [
        path("bienvenue/", views.landing, name="landing"),
        path("accessibilite/", views.accessibility, name="accessibility"),
        path("donnees-personnelles/", views.privacy, name="privacy"),
        path("mentions-legales/", views.legal, name="legal"),
        path("plan-du-site/", views.sitemap, name="sitemap"),
        path(".well-known/security.txt", views.security_txt, name="security_txt"),
        path("demonstration/messages/", views.demonstration_mails, name="demonstration_mails"),
        path("healthz", health.alive, name="alive"),
        path("healthz/ready", health.ready, name="ready"),
    ],
    "config",
)
# One namespace at two addresses: the network steered, and a site seen by itself.
quality_urls = (
    [path("pilotage/", include(quality.urls.urlpatterns)), path("mon-site/", include("quality.urls_site"))],
    quality.urls.app_name,
)

urlpatterns = [
    # Before the structures: « mon-site/consultations/ » is not the site called « consultations ».
    path("", include("referrals.urls")),
    path("", include("structures.urls")),
    path("", include("partners.urls")),
    path("", include(quality_urls)),
    path("", include(config_urls)),
    # One sign-in page, with its limits on guessing.
    path("admin/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("admin/", admin.site.urls),
    path("compte/", include("accounts.urls")),
]

handler400 = "config.errors.bad_request"
handler403 = "config.errors.permission_denied"
handler404 = "config.errors.not_found"
handler500 = "config.errors.server_error"
