# The zones of a lot, and its rate bands with their ceilings.

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("lots", "0019_signature"),
    ]

    operations = [
        migrations.CreateModel(
            name='RateBand',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('name', models.CharField(max_length=100)),
                ('unit', models.CharField(max_length=40)),
                ('ceiling', models.DecimalField(blank=True, decimal_places=2, help_text='GBP a unit; empty where none.', max_digits=10, null=True)),
                ('lot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rate_bands', to='lots.lot')),
            ],
            options={
                'ordering': ['lot_id', 'position'],
                'constraints': [models.UniqueConstraint(fields=('lot', 'name'), name='band_name_once_a_lot')],
            },
        ),
        migrations.CreateModel(
            name='Zone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('name', models.CharField(max_length=100)),
                ('lot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='zones', to='lots.lot')),
            ],
            options={
                'ordering': ['lot_id', 'position'],
                'constraints': [models.UniqueConstraint(fields=('lot', 'name'), name='zone_name_once_a_lot')],
            },
        ),
    ]
