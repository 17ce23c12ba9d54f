# Rolling entries: which lots take them, by which scheme, and the window made for one provider.

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('lots', '0006_reopening'),
        ('people', '0002_shipped_bank_holidays'),
    ]

    operations = [
        migrations.AddField(
            model_name='agreement',
            name='rolling_common_scheme',
            field=models.ForeignKey(blank=True, help_text='The common part of a rolling entry.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='lots.scheme'),
        ),
        migrations.AddField(
            model_name='lot',
            name='rolling_scheme',
            field=models.ForeignKey(blank=True, help_text='By which a rolling entry is judged; empty where the lot takes none.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='lots.scheme'),
        ),
        migrations.AddField(
            model_name='window',
            name='made_for',
            field=models.ForeignKey(blank=True, help_text='Whose rolling entry this is; empty for a window that is open to all.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation'),
        ),
        migrations.AddField(
            model_name='window',
            name='received_at',
            field=models.DateTimeField(blank=True, help_text='When the rolling entry was submitted.', null=True),
        ),
        migrations.AddConstraint(
            model_name='window',
            constraint=models.CheckConstraint(condition=models.Q(('received_at', None), ('made_for__isnull', False), _connector='OR'), name='window_received_if_rolling'),
        ),
    ]
