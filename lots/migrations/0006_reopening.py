# When an agreement opens again, and each recorded change of it.

import datetime as dt

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('lots', '0005_notices'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='agreement',
            name='reopen_every_months',
            field=models.PositiveSmallIntegerField(blank=True, help_text="Empty where it opens at the lead's discretion alone.", null=True),
        ),
        migrations.AddField(
            model_name='agreement',
            name='reopen_week',
            field=models.PositiveSmallIntegerField(choices=[(1, 'first'), (2, 'second'), (3, 'third'), (4, 'fourth'), (5, 'last')], default=1),
        ),
        migrations.AddField(
            model_name='agreement',
            name='reopen_weekday',
            field=models.PositiveSmallIntegerField(choices=[(0, 'Monday'), (1, 'Tuesday'), (2, 'Wednesday'), (3, 'Thursday'), (4, 'Friday'), (5, 'Saturday'), (6, 'Sunday')], default=0),
        ),
        migrations.AddField(
            model_name='agreement',
            name='reopen_at',
            field=models.TimeField(default=dt.time(9, 0), help_text="By London's clocks."),
        ),
        migrations.AddField(
            model_name='agreement',
            name='reopen_weeks',
            field=models.PositiveSmallIntegerField(default=6, help_text='How long a window stays open.'),
        ),
        migrations.CreateModel(
            name='ReopeningChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('old', models.TextField()),
                ('new', models.TextField()),
                ('decision_reference', models.CharField(max_length=60)),
                ('reason', models.TextField()),
                ('recorded_at', models.DateTimeField()),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reopening_changes', to='lots.agreement')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-recorded_at'],
            },
        ),
    ]
