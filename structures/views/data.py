"""The open data: what is published, and the files themselves."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from structures.exports.catalogue import BY_NAME, FILES
from structures.exports.publishing import KEPT_FOR, contents, published


@require_safe
@login_not_required
def catalogue(request: HttpRequest) -> HttpResponse:
    """What each file is, and how to cite it."""
    holds = contents()
    files = [(file, holds.lines_of(file)) for file in FILES]
    return render(request, "structures/data.html", {"files": files, "holds": holds})


@gzip_page
@require_safe
@login_not_required
def download(request: HttpRequest, name: str) -> HttpResponseBase:
    """A file, to anybody and to any site: nothing here is private. 304 to who has it already."""
    file = BY_NAME.get(name)
    if file is None:
        raise Http404
    copy = published(file, timezone.now())
    since = int(copy.since.timestamp())
    whole = HttpResponse(copy.body, content_type=file.media_type)
    response = get_conditional_response(request, etag=copy.etag, last_modified=since, response=whole) or whole
    response["ETag"], response["Last-Modified"] = copy.etag, http_date(since)
    response["Content-Disposition"] = f'attachment; filename="{file.name}"'
    patch_cache_control(response, public=True, max_age=KEPT_FOR)
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
