from django.db import migrations, models


class Migration(migrations.Migration):
    """Add what a provider says of its size and of the areas it serves."""

    dependencies = [('people', '0004_signing_in')]

    operations = [
        migrations.AddField(
            model_name="organisation",
            name="size",
            field=models.CharField(
                blank=True,
                choices=[
                    ("micro", "Micro: fewer than 10 people"),
                    ("small", "Small: 10 to 49 people"),
                    ("medium", "Medium: 50 to 249 people"),
                    ("large", "Large: 250 people or more"),
                ],
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="organisation",
            name="is_vcse",
            field=models.BooleanField(
                default=False,
                help_text="A provider's own statement.",
                verbose_name="voluntary, community or social enterprise",
            ),
        ),
        migrations.AddField(
            model_name="organisation",
            name="areas_served",
            field=models.TextField(blank=True, help_text="Where a provider works, one area a line."),
        ),
    ]
