# Whether the panel sees what an earlier one agreed of a re-applicant's answer.

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("lots", "0017_own_governance"),
    ]

    operations = [
        migrations.AddField(
            model_name='scheme',
            name='panel_sees_last_score',
            field=models.BooleanField(default=False, help_text="Whether the panel sees what an earlier one agreed of a re-applicant's answer."),
        ),
    ]
