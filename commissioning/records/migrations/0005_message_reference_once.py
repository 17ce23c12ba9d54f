from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0004_message_reference_and_organisation")]

    operations = [
        migrations.AlterField(
            model_name="message",
            name="reference",
            field=models.CharField(editable=False, max_length=20, unique=True),
        ),
    ]
