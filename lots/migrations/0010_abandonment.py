# The decision by which an agreement is abandoned.

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('lots', '0009_points_fill'),
    ]

    operations = [
        migrations.AddField(
            model_name='agreement',
            name='abandonment_decision',
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name='agreement',
            name='abandonment_decided_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='agreement',
            name='abandonment_reason',
            field=models.TextField(blank=True),
        ),
    ]
