"""Which answer of an earlier window a version was taken over from."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [('providers', '0003_autosaved_versions')]

    operations = [
        migrations.AddField(
            model_name="answerversion",
            name="carried_from",
            field=models.ForeignKey(
                blank=True,
                help_text=(
                    "The answer of an earlier window that this is word for word, where it was taken over."
                ),
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="providers.answerversion",
            ),
        ),
    ]
