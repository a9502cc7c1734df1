"""Addresses of the trust room."""

from __future__ import annotations

from django.urls import path

from wenlan.trust.views import copies, help_desk, page_problems, review

app_name = "trust"

urlpatterns = [
    path("review/", review.queue, name="queue"),
    path("review/<int:pk>/", review.review, name="review"),
    path("review/decisions/<int:pk>/undo/", review.undo, name="undo"),
    path("review/copies/", copies.on_the_shelf, name="copies"),
    path("review/copies/<int:pk>/", copies.finding, name="copy"),
    path("review/copies/<int:pk>/undo/", copies.undo, name="copy_undo"),
    path("review/pages/", page_problems.queue, name="page_problems"),
    path("review/pages/<int:revision_id>/<int:number>/", page_problems.settle, name="page_problem_settle"),
    path("d/<int:pk>/pages/<int:number>/wrong/", page_problems.report, name="page_wrong"),
    path("d/<int:pk>/report/", help_desk.report, name="report"),
    path("d/<int:pk>/takedown/", help_desk.takedown, name="takedown"),
    path("help/", help_desk.help_page, name="help"),
    path("help/tickets/", help_desk.tickets, name="tickets"),
    path("help/<slug:code>/", help_desk.ticket, name="ticket"),
]
