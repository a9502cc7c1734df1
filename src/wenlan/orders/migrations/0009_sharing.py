import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import wenlan.orders.models.sharing


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0010_slides_file"),
        ("orders", "0008_memberships"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ShareLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        default=wenlan.orders.models.sharing.new_code,
                        editable=False,
                        max_length=20,
                        unique=True,
                        verbose_name="code",
                    ),
                ),
                (
                    "click_count",
                    models.PositiveBigIntegerField(default=0, editable=False, verbose_name="clicks"),
                ),
                ("poster", models.CharField(blank=True, editable=False, max_length=200)),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="created"
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="share_links",
                        to="documents.document",
                        verbose_name="document",
                    ),
                ),
                (
                    "sharer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="share_links",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="sharer",
                    ),
                ),
            ],
            options={
                "verbose_name": "share link",
                "verbose_name_plural": "share links",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="ShareDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                ("clicks", models.PositiveIntegerField(default=0, verbose_name="clicks")),
                (
                    "link",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="days",
                        to="orders.sharelink",
                        verbose_name="share link",
                    ),
                ),
            ],
            options={
                "verbose_name": "clicks of a day",
                "verbose_name_plural": "clicks of days",
                "ordering": ["-day", "-id"],
            },
        ),
        migrations.CreateModel(
            name="ShareVisit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                ("visitor_hash", models.CharField(max_length=32, verbose_name="visitor of the day")),
                (
                    "link",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="visits",
                        to="orders.sharelink",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="CommissionRate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "basis_points",
                    models.PositiveIntegerField(verbose_name="hundredths of a percent of the price"),
                ),
                ("changed_at", models.DateTimeField(auto_now=True, verbose_name="changed")),
                (
                    "author",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="commission_rate",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="author",
                    ),
                ),
                (
                    "document",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="commission_rate",
                        to="documents.document",
                        verbose_name="document",
                    ),
                ),
            ],
            options={
                "verbose_name": "commission rate",
                "verbose_name_plural": "commission rates",
                "ordering": ["-changed_at", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("author__isnull", False), ("document__isnull", True)),
                            models.Q(("author__isnull", True), ("document__isnull", False)),
                            _connector="OR",
                        ),
                        name="orders_rate_of_author_or_document",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("basis_points__lte", 10000)), name="orders_rate_at_most_the_price"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="KnownDevice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("device_hash", models.CharField(max_length=32, verbose_name="device")),
                ("last_seen_on", models.DateField(verbose_name="last seen")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="known_devices",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "known device",
                "verbose_name_plural": "known devices",
                "ordering": ["-last_seen_on", "-id"],
                "indexes": [models.Index(fields=["last_seen_on"], name="orders_devices_by_day")],
                "constraints": [
                    models.UniqueConstraint(fields=("user", "device_hash"), name="orders_device_known_once")
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="sharelink",
            constraint=models.UniqueConstraint(
                fields=("sharer", "document"), name="orders_one_share_link_each"
            ),
        ),
        migrations.AddConstraint(
            model_name="shareday",
            constraint=models.UniqueConstraint(fields=("link", "day"), name="orders_one_row_a_day"),
        ),
        migrations.AddIndex(
            model_name="sharevisit",
            index=models.Index(fields=["day"], name="orders_visits_of_a_day"),
        ),
        migrations.AddConstraint(
            model_name="sharevisit",
            constraint=models.UniqueConstraint(
                fields=("link", "day", "visitor_hash"), name="orders_one_visit_a_day"
            ),
        ),
    ]
