"""Addresses of statements, part of those of the payments room."""

from __future__ import annotations

from django.urls import path

from wenlan.payments.statements import views

statement_urls = [
    path("my/statements/", views.statements, name="statements"),
    path("my/statements/<int:year>-<int:month>/", views.statement, name="statement"),
    path("my/statements/<int:year>-<int:month>/csv/", views.statement_table, name="statement_table"),
    path("my/statements/<int:year>-<int:month>/pdf/", views.statement_print, name="statement_print"),
    path("orders/<row:pk>/receipt/", views.receipt, name="receipt"),
    path("house/income/", views.house_income, name="house_income"),
    path("house/income/csv/", views.house_income_table, name="house_income_table"),
]
