# Dates the versions that were there before dates were kept, and ties announced windows to them.

from django.db import migrations
from django.db.models import Max


def date_versions(apps, schema_editor):
    """Give each version the day on which its agreement was begun: no closer date is on record."""
    points = apps.get_model('lots', 'LotPoint').objects.order_by()
    kept = points.values_list('lot_id', 'kind', 'version', 'lot__agreement__created_at').distinct()
    version = apps.get_model('lots', 'PointVersion')
    version.objects.bulk_create(
        version(lot_id=lot, kind=kind, version=number, made_at=made_at) for lot, kind, number, made_at in kept
    )


def tie_windows(apps, schema_editor):
    """Let each announced window go by the versions that stand now."""
    latest = {
        (lot, kind): number
        for lot, kind, number in apps.get_model('lots', 'LotPoint')
        .objects.order_by()
        .values_list('lot_id', 'kind')
        .annotate(number=Max('version'))
    }
    for row in apps.get_model('lots', 'WindowLot').objects.exclude(window__state='draft'):
        row.skills_version = latest.get((row.lot_id, 'skill'), 0)
        row.outcomes_version = latest.get((row.lot_id, 'outcome'), 0)
        row.save(update_fields=['skills_version', 'outcomes_version'])


class Migration(migrations.Migration):

    dependencies = [
        ('lots', '0008_points'),
    ]

    operations = [
        migrations.RunPython(date_versions, migrations.RunPython.noop),
        migrations.RunPython(tie_windows, migrations.RunPython.noop),
    ]
