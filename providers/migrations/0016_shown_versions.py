from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("providers", "0015_package_details")]

    operations = [
        migrations.AddField(
            model_name="answerversion",
            name="is_kept",
            field=models.BooleanField(
                default=False, help_text="Shown to somebody as the newer text: it stays in the history."
            ),
        ),
    ]
