"""Add: the rows of themes beside the text, names of operators that people use, blockers that can be retired.

The code of before still runs on this: nothing it knows is taken away, and the text may be left out by the code of after.
"""

import django.db.models.deletion
import territories.fields
from django.db import migrations, models

ONTO_THEME = {"blank": True, "null": True, "to": "partners.theme", "verbose_name": "thème", "db_column": "theme_id"}


class Migration(migrations.Migration):
    dependencies = [("partners", "0004_a_report_says_how_it_ended")]

    operations = [
        migrations.CreateModel(
            name="Theme",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=60, unique=True, verbose_name="intitulé")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="ordre")),
                ("loaded_values", models.JSONField(default=dict, editable=False)),
            ],
            options={"verbose_name": "thème", "ordering": ["position", "pk"]},
        ),
        *(
            migrations.AlterField(
                model, "theme", models.CharField(blank=True, db_default="", max_length=60, verbose_name="thème")
            )
            for model in ("procedure", "historicalprocedure")
        ),
        migrations.AddField(
            "procedure",
            "theme_row",
            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="procedures", **ONTO_THEME),
        ),
        migrations.AddField(
            "historicalprocedure",
            "theme_row",
            models.ForeignKey(
                on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", db_constraint=False, **ONTO_THEME
            ),
        ),
        *(
            migrations.AddField(
                model,
                "synonyms",
                models.TextField(
                    blank=True,
                    default="",
                    db_default="",
                    help_text="Sigles et noms d’usage, séparés par des barres : CPAM | sécu.",
                    verbose_name="autres noms",
                ),
            )
            for model in ("operator", "historicaloperator")
        ),
        migrations.AddField(
            "blocker", "is_active", models.BooleanField(default=True, db_default=True, verbose_name="proposé")
        ),
        *(
            migrations.AlterField(
                model,
                "search_text",
                territories.fields.PlainTextField(
                    default="",
                    editable=False,
                    sources=("name", "synonyms", "operator.name", "operator.synonyms"),
                ),
            )
            for model in ("procedure", "historicalprocedure")
        ),
    ]
