import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0006_holds_of_earlier_orders")]

    operations = [
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "price_minor",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                models.F("fee_minor"), "+", models.F("commission_minor")
                            ),
                            "+",
                            models.F("author_minor"),
                        ),
                    )
                ),
                name="orders_split_adds_up",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(("commission_minor", 0), ("sharer__isnull", False), _connector="OR"),
                name="orders_commission_has_sharer",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("refunded_minor", models.F("price_minor")), ("state", "refunded")),
                    models.Q(
                        models.Q(("state", "refunded"), _negated=True),
                        ("refunded_minor__lt", models.F("price_minor")),
                    ),
                    _connector="OR",
                ),
                name="orders_refunded_is_given_back",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "paid"), _negated=True), ("release_at__isnull", False), _connector="OR"
                ),
                name="orders_paid_is_held_until",
            ),
        ),
    ]
