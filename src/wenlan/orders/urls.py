"""Addresses of the orders room."""

from __future__ import annotations

from django.urls import path

from wenlan.orders import membership_views as memberships
from wenlan.orders import refund_views, views

app_name = "orders"

urlpatterns = [
    path("d/<int:pk>/buy/", views.buy, name="buy"),
    path("orders/<int:pk>/", views.order, name="order"),
    path("d/<int:pk>/take/", memberships.take, name="take_as_member"),
    path("d/<int:pk>/members/", memberships.offer, name="member_offer"),
    path("memberships/", memberships.memberships, name="memberships"),
    path("memberships/renewal/", memberships.renewal, name="membership_renewal"),
    path("my/sales/", views.sales, name="sales"),
    path("my/sales/<int:pk>/refund/", refund_views.by_author, name="refund"),
    path("house/orders/<int:pk>/refund/", refund_views.by_house, name="house_refund"),
]
