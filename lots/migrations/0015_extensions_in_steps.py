# The option to extend may be used in steps, each a recorded decision of its own.

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("lots", "0014_event_sign_ups")]

    operations = [
        migrations.AlterField(
            model_name="termextension",
            name="agreement",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="extensions", to="lots.agreement"
            ),
        ),
        migrations.AlterModelOptions(
            name="termextension", options={"ordering": ["agreement_id", "new_end"]}
        ),
    ]
