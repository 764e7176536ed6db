from django.db import migrations, models
from django.db.models.functions import Coalesce


class Migration(migrations.Migration):
    dependencies = [("referrals", "0013_help_texts_are_well_typeset")]

    operations = [
        migrations.AddField(
            model_name="servicerequest",
            name="return_due_at",
            field=models.DateTimeField(
                blank=True,
                help_text="Fixée quand la personne, informée une première fois, revient. Vide\xa0: elle n’est pas"
                " revenue.",
                null=True,
                verbose_name="promise au retour pour le",
            ),
        ),
        migrations.AddIndex(
            model_name="servicerequest",
            index=models.Index(
                models.F("structure"),
                Coalesce("return_due_at", "due_at"),
                models.F("id"),
                condition=models.Q(("closed_at__isnull", True)),
                name="request_deadline_of_site",
            ),
        ),
        migrations.AddIndex(
            model_name="servicerequest",
            index=models.Index(
                Coalesce("return_due_at", "due_at"),
                models.F("structure"),
                condition=models.Q(("cancelled_at__isnull", True), ("closed_at__isnull", True)),
                name="request_open_by_deadline",
            ),
        ),
        migrations.RemoveIndex(model_name="servicerequest", name="request_overdue"),
        migrations.RemoveIndex(model_name="servicerequest", name="request_due_of_site"),
    ]
