"""Is the application alive, and is it ready to serve?"""

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from outbox.models import Heartbeat, Message

OLDEST_MAIL = timedelta(minutes=15)
HEARTBEAT = timedelta(minutes=2)


@login_not_required
def alive(request: HttpRequest) -> HttpResponse:
    """The process answers; the database is never touched."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
def ready(request: HttpRequest) -> JsonResponse:
    """503, with what is wrong in words, when people would notice. What waits for a person is a warning: taking the
    service down would not make her decide."""
    troubles, warnings = _state()
    said = {"ready": not troubles, "troubles": troubles, "warnings": warnings}
    return JsonResponse(said, status=503 if troubles else 200)


def _state() -> tuple[list[str], list[str]]:
    """Troubles, then warnings."""
    now = timezone.now()
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return ["migrations are pending"], []
        troubles = []
        if (
            Message.objects.unsent()
            .alias(since=Coalesce("decided_at", "created_at"))
            .filter(since__lt=now - OLDEST_MAIL)
            .exists()
        ):
            troubles.append("a mail has waited for more than 15 minutes")
        if not Heartbeat.objects.filter(at__gte=now - HEARTBEAT).exists():
            troubles.append("the worker has not been heard for two minutes")
        warnings = ["a mail waits for a person to decide"] if Message.objects.to_review().exists() else []
        return troubles, warnings
    except DatabaseError:
        return ["the database is away"], []
