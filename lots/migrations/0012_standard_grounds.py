from django.db import migrations, models


class Migration(migrations.Migration):
    """Say of a minimum standard whether it is a ground for exclusion, and how long that counts."""

    dependencies = [('lots', '0011_lot_hold_rule')]

    operations = [
        migrations.AddField(
            model_name="minimumstandard",
            name="ground",
            field=models.CharField(
                blank=True,
                choices=[
                    ("mandatory", "Mandatory: a bidder to whom it applies must be excluded"),
                    ("tax", "Tax: must be excluded until it is paid or agreed"),
                    ("discretionary", "Discretionary: may be excluded"),
                ],
                help_text=(
                    "Where the statement says that a ground does not apply; empty for any other standard."
                ),
                max_length=14,
                verbose_name="ground for exclusion",
            ),
        ),
        migrations.AddField(
            model_name="minimumstandard",
            name="look_back_years",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="How long a ground counts after the event; empty: while it lasts.",
                null=True,
            ),
        ),
    ]
