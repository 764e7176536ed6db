"""Number each closed list from 1, and write what each row says today as the first line of its history."""

from django.db import migrations
from django.utils import timezone

REASON = "Début de l’historique"


def begin_histories(apps, schema_editor):
    now = timezone.now()
    for name in ("Theme", "Blocker"):
        model, history = apps.get_model("partners", name), apps.get_model("partners", f"Historical{name}")
        begun = set(history.objects.values_list("id", flat=True))
        rows = list(model.objects.order_by("position", "pk"))
        for position, row in enumerate(rows, start=1):
            row.position = position
        model.objects.bulk_update(rows, ["position"], batch_size=500)
        history.objects.bulk_create(
            [
                history(
                    id=row.pk,
                    code=row.code,
                    name=row.name,
                    position=row.position,
                    is_active=row.is_active,
                    history_date=now,
                    history_change_reason=REASON,
                    history_type="~",
                )
                for row in rows
                if row.pk not in begun
            ],
            batch_size=500,
        )


class Migration(migrations.Migration):
    dependencies = [("partners", "0013_themes_and_blockers_keep_their_history")]

    operations = [migrations.RunPython(begin_histories, migrations.RunPython.noop, elidable=True)]
