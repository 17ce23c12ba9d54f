from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0004_conflict_with_whom")]

    operations = [
        migrations.AddField(
            model_name="assessment",
            name="name",
            field=models.CharField(
                default="",
                help_text="What the bidder was called when it submitted.",
                max_length=200,
            ),
        ),
        migrations.AlterModelOptions(
            name="assessment", options={"ordering": ["exercise_id", "name"]}
        ),
    ]
