import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0008_former_share_codes")]

    operations = [
        migrations.CreateModel(
            name="FormerDetails",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "details",
                    models.JSONField(
                        help_text="By column, those alone that were changed; empty: there was none."
                    ),
                ),
                (
                    "until",
                    models.DateTimeField(
                        help_text="From this moment others, or none, stood in their place."
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="former_details",
                        to="people.organisation",
                    ),
                ),
            ],
            options={"ordering": ["organisation_id", "until", "pk"]},
        ),
    ]
