from django.db import migrations, models


class Migration(migrations.Migration):
    """Add why a draft agreement was discarded."""

    dependencies = [("lots", "0023_term_justification")]

    operations = [
        migrations.AddField(
            model_name="agreement",
            name="discard_reason",
            field=models.TextField(blank=True, help_text="Why the draft was discarded."),
        ),
    ]
