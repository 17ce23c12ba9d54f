from django.db import migrations


def take_over(apps, schema_editor):
    kept = apps.get_model("people", "FormerDetails").objects.using(schema_editor.connection.alias)
    codes = apps.get_model("people", "FormerShareCode").objects.using(schema_editor.connection.alias)
    for one in codes.order_by("pk"):
        kept.create(
            organisation_id=one.organisation_id, details={"share_code": one.code}, until=one.until
        )


def give_back(apps, schema_editor):
    kept = apps.get_model("people", "FormerDetails").objects.using(schema_editor.connection.alias)
    codes = apps.get_model("people", "FormerShareCode").objects.using(schema_editor.connection.alias)
    codes.all().delete()
    for one in kept.order_by("pk"):
        if "share_code" in one.details:
            codes.create(
                organisation_id=one.organisation_id, code=one.details["share_code"], until=one.until
            )
    kept.all().delete()


class Migration(migrations.Migration):
    dependencies = [("people", "0009_former_details")]

    operations = [migrations.RunPython(take_over, give_back)]
