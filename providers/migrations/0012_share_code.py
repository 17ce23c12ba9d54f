from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("providers", "0011_checks_of_applicants"),
    ]

    operations = [
        migrations.AddField(
            model_name='package',
            name='share_code',
            field=models.CharField(blank=True, help_text="The organisation's when it submitted (rulebook C20).", max_length=8),
        ),
    ]
