from django.db import migrations, models


class Migration(migrations.Migration):
    """Add why an agreement's term is longer than its law usually allows; those published earlier say nothing."""

    dependencies = [("lots", "0022_day_of_lot_decision")]

    operations = [
        migrations.AddField(
            model_name="agreement",
            name="term_justification",
            field=models.TextField(
                blank=True,
                help_text="Why the term is longer than the law usually allows (rulebook C3, C26); public.",
            ),
        ),
    ]
