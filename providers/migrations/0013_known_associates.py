import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Add those named in an entry, as its opening makes them known."""

    dependencies = [("providers", "0012_share_code")]

    operations = [
        migrations.CreateModel(
            name="KnownAssociate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "role",
                    models.CharField(
                        choices=[("member", "Consortium member"), ("subcontractor", "Subcontractor")],
                        max_length=14,
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                (
                    "matching_name",
                    models.CharField(
                        help_text="The name in the form by which organisations are found to be one.",
                        max_length=200,
                    ),
                ),
                ("company_number", models.CharField(blank=True, max_length=8)),
                ("charity_number", models.CharField(blank=True, max_length=14)),
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="associates",
                        to="providers.submission",
                    ),
                ),
            ],
            options={"ordering": ["submission_id", "number"]},
        ),
        migrations.AddConstraint(
            model_name="knownassociate",
            constraint=models.UniqueConstraint(
                fields=("submission", "number"), name="associate_number_once"
            ),
        ),
    ]
