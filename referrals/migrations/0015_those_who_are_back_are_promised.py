"""Fix the deadline of those who were told, and came back, before it was kept; whom nobody asked since is asked anew."""

from datetime import timedelta

from django.db import migrations
from django.db.models import F, Q

from referrals.deadlines import Unit, due_at
from schedules.here import calendar_around

AT_ONCE = 500


def fix_deadlines(apps, schema_editor):
    requests = apps.get_model("referrals", "ServiceRequest").objects.order_by()
    back = Q(closed_at__isnull=True) | Q(reopened_at__gte=F("resident_informed_at"))
    rows = requests.filter(back, resident_informed_at__isnull=False, reopened_at__isnull=False, return_due_at=None)
    pks = list(rows.values_list("pk", flat=True))
    for start in range(0, len(pks), AT_ONCE):
        some = list(requests.filter(pk__in=pks[start : start + AT_ONCE]))
        for request in some:
            limit, unit = timedelta(hours=request.promised_hours), Unit(request.promised_unit)
            holidays = calendar_around(request.reopened_at).public_holidays
            request.return_due_at = due_at(request.reopened_at, limit, unit, holidays)
            if request.referred_at is not None and request.referred_at < request.reopened_at:
                request.referred_at = _asked_since(apps, request)
        requests.bulk_update(some, ["return_due_at", "referred_at"])


def _asked_since(apps, request):
    """The first hand-over still pending that was made since the return."""
    asked = apps.get_model("referrals", "Referral").objects.filter(
        request=request, sent_at__gte=request.reopened_at, answered_at=None, declined_at=None, revoked_at=None
    )
    return asked.order_by("sent_at").values_list("sent_at", flat=True).first()


class Migration(migrations.Migration):
    dependencies = [("referrals", "0014_a_return_has_its_own_deadline")]

    operations = [migrations.RunPython(fix_deadlines, migrations.RunPython.noop, elidable=True)]
