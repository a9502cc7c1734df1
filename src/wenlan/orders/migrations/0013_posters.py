from django.conf import settings
from django.db import migrations, models

import wenlan.orders.models.sharing


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0011_audience"),
        ("orders", "0012_claims"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="sharelink",
            name="poster_drawn_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AlterField(
            model_name="sharelink",
            name="code",
            field=models.CharField(
                default=wenlan.orders.models.sharing.new_code,
                editable=False,
                max_length=20,
                unique=True,
                verbose_name="code of the link",
            ),
        ),
        migrations.AddIndex(
            model_name="sharelink",
            index=models.Index(
                condition=models.Q(("poster_drawn_at__isnull", False)),
                fields=["poster_drawn_at"],
                name="orders_posters_by_age",
            ),
        ),
    ]
