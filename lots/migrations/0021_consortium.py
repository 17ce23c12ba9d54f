from django.db import migrations, models


class Migration(migrations.Migration):
    """Let a scheme ask who applies together; those that are published already do not."""

    dependencies = [("lots", "0020_zones_and_rates")]

    operations = [
        migrations.AddField(
            model_name="scheme",
            name="asks_consortium",
            field=models.BooleanField(
                default=False,
                help_text="Whether each entry names its consortium members and subcontractors (settled 28).",
                verbose_name="asks who applies together",
            ),
        ),
        migrations.AddField(
            model_name="scheme",
            name="asks_grounds_of",
            field=models.JSONField(
                blank=True,
                default=list,
                help_text="Of which of them the grounds for exclusion are declared, by the law as it was then.",
            ),
        ),
    ]
