"""Each carrier named on a structure becomes a row of its own, and the label a first line of history."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.db import migrations

from territories.spelling import plain

PARIS = ZoneInfo("Europe/Paris")


def make_carriers(apps, schema_editor):
    Structure, Carrier = apps.get_model("structures", "Structure"), apps.get_model("structures", "Carrier")
    known = {carrier.plain_name: carrier for carrier in Carrier.objects.all()}  # left by a way back
    for structure in Structure.objects.exclude(carrier_name="").order_by("pk").iterator():
        key = plain(structure.carrier_name)
        if key not in known:
            known[key] = Carrier.objects.create(
                name=structure.carrier_name, plain_name=key, kind=structure.carrier_kind
            )
        elif not known[key].kind and structure.carrier_kind:
            known[key].kind = structure.carrier_kind
            known[key].save(update_fields=["kind"])
        structure.carrier = known[key]
        structure.save(update_fields=["carrier"])


def keep_carriers(apps, schema_editor):
    Structure = apps.get_model("structures", "Structure")
    for structure in Structure.objects.exclude(carrier=None).select_related("carrier").iterator():
        structure.carrier_name, structure.carrier_kind = structure.carrier.name, structure.carrier.kind
        structure.save(update_fields=["carrier_name", "carrier_kind"])


def begin_histories(apps, schema_editor):
    Structure, LabelChange = apps.get_model("structures", "Structure"), apps.get_model("structures", "LabelChange")
    begun = LabelChange.objects.values("structure")
    rows = Structure.objects.exclude(labelled_on=None).exclude(pk__in=begun).values_list("pk", "labelled_on")
    LabelChange.objects.bulk_create(
        [
            LabelChange(
                structure_id=pk,
                state="labelled",
                decided_on=day,
                recorded_at=datetime.combine(day, time(12), tzinfo=PARIS),
            )
            for pk, day in rows
        ],
        batch_size=500,
    )


class Migration(migrations.Migration):

    dependencies = [("structures", "0002_carriers_changes_and_imports")]

    operations = [
        migrations.RunPython(make_carriers, keep_carriers, elidable=True),
        migrations.RunPython(begin_histories, migrations.RunPython.noop, elidable=True),
    ]
