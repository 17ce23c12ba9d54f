import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Add what a provider has declared, kept once and dated."""

    dependencies = [
        ("people", "0006_registered_numbers"),
        ('providers', '0007_holds'),
        ("records", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Declaration",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "fingerprint",
                    models.CharField(help_text="SHA-256 of the statement, word for word.", max_length=64),
                ),
                ("number", models.PositiveIntegerField()),
                ("confirmed_at", models.DateTimeField()),
                (
                    "blob",
                    models.ForeignKey(
                        help_text="Shared by confirmations of the same words.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.sealedblob",
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="declarations",
                        to="people.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ["organisation_id", "fingerprint", "-number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "fingerprint", "number"), name="declaration_number_once"
                    )
                ],
            },
        ),
    ]
