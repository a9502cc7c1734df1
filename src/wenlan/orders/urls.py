"""Addresses of the orders room."""

from __future__ import annotations

from django.urls import path

from wenlan.orders import views

app_name = "orders"

urlpatterns = [
    path("d/<int:pk>/buy/", views.buy, name="buy"),
    path("orders/<int:pk>/", views.order, name="order"),
    path("my/sales/", views.sales, name="sales"),
]
