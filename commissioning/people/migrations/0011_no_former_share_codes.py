from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("people", "0010_former_codes_are_details")]

    operations = [migrations.DeleteModel(name="FormerShareCode")]
