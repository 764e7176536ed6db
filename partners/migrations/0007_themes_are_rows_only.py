"""Remove: the text of themes goes, and the row takes its name; the column that the code of after reads stays as it is."""

import django.db.models.deletion
from django.db import migrations, models

ONTO_THEME = {"blank": True, "null": True, "to": "partners.theme", "verbose_name": "thème"}


class Migration(migrations.Migration):
    dependencies = [("partners", "0006_themes_are_written_as_rows")]

    operations = [
        *(migrations.RemoveField(model, "theme") for model in ("procedure", "historicalprocedure")),
        *(migrations.RenameField(model, "theme_row", "theme") for model in ("procedure", "historicalprocedure")),
        migrations.AlterField(
            "procedure",
            "theme",
            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="procedures", **ONTO_THEME),
        ),
        migrations.AlterField(
            "historicalprocedure",
            "theme",
            models.ForeignKey(
                on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", db_constraint=False, **ONTO_THEME
            ),
        ),
        *(
            migrations.AlterField(
                model,
                "synonyms",
                models.TextField(
                    blank=True,
                    help_text="Sigles et noms d’usage, séparés par des barres : CPAM | sécu.",
                    verbose_name="autres noms",
                ),
            )
            for model in ("operator", "historicaloperator")
        ),
        migrations.AlterField("blocker", "is_active", models.BooleanField(default=True, verbose_name="proposé")),
    ]
