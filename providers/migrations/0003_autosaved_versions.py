"""Which versions the page saved by itself."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [('providers', '0002_standing_instructions')]

    operations = [
        migrations.AddField(
            model_name="answerversion",
            name="is_autosaved",
            field=models.BooleanField(
                default=False, help_text="Saved by the page itself while its writer typed on."
            ),
        ),
    ]
