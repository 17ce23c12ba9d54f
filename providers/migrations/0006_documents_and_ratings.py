import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Add what a provider keeps on record: documents with their dates, and its CQC ratings."""

    dependencies = [
        ("people", "0006_registered_numbers"),
        ('providers', '0005_reminders'),
        ("records", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ProfileDocument",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("employers_liability", "Employer's liability insurance"),
                            ("public_liability", "Public liability insurance"),
                            ("professional_indemnity", "Professional indemnity insurance"),
                            ("safeguarding_policy", "Safeguarding policy"),
                            ("dbs_policy", "DBS policy"),
                            ("cqc_report", "CQC report"),
                        ],
                        max_length=24,
                    ),
                ),
                ("issued_on", models.DateField()),
                (
                    "expires_on",
                    models.DateField(
                        blank=True,
                        help_text="The last day on which it is good; empty where it has none.",
                        null=True,
                    ),
                ),
                (
                    "reminded_days",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Of how many days before the end the last reminder was.",
                        null=True,
                    ),
                ),
                ("added_at", models.DateTimeField()),
                ("taken_out_at", models.DateTimeField(blank=True, null=True)),
                (
                    "added_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "document",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.document"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="profile_documents",
                        to="people.organisation",
                    ),
                ),
                (
                    "taken_out_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["organisation_id", "kind", "-issued_on", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("expires_on", None),
                            ("expires_on__gt", models.F("issued_on")),
                            _connector="OR",
                        ),
                        name="profile_document_ends_after_it_begins",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Rating",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "rating",
                    models.CharField(
                        choices=[
                            ("outstanding", "Outstanding"),
                            ("good", "Good"),
                            ("requires_improvement", "Requires improvement"),
                            ("inadequate", "Inadequate"),
                        ],
                        max_length=20,
                    ),
                ),
                ("published_on", models.DateField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "by_authority",
                    models.ForeignKey(
                        blank=True,
                        help_text="The authority whose lead recorded it; empty where the provider did.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.organisation",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ratings",
                        to="people.organisation",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"ordering": ["organisation_id", "-published_on", "-pk"]},
        ),
    ]
