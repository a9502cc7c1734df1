"""Addresses of the orders room."""

from __future__ import annotations

from django.urls import path

from wenlan.orders import membership_views as memberships
from wenlan.orders import refund_views, share_views, views

app_name = "orders"

urlpatterns = [
    path("d/<int:pk>/buy/", views.buy, name="buy"),
    path("checkout/<slug:reference>/", views.checkout, name="checkout"),
    path("claim/", views.claim_lost, name="claim_lost"),
    path("claim/<slug:token>/", views.claim, name="claim"),
    path("orders/<int:pk>/", views.order, name="order"),
    path("bundles/<row:pk>/", views.bundle, name="bundle"),
    path("my/documents/<row:pk>/price/", views.price, name="price"),
    path("my/documents/<row:pk>/price/terms/", views.terms, name="terms"),
    path("my/documents/<row:pk>/price/<row:sale_id>/end/", views.sale_end, name="sale_end"),
    path("my/coupons/", views.coupons, name="coupons"),
    path("my/coupons/<row:pk>/stop/", views.coupon_stop, name="coupon_stop"),
    path("my/bundles/", views.bundles, name="bundles"),
    path("my/bundles/<row:pk>/stop/", views.bundle_stop, name="bundle_stop"),
    path("d/<int:pk>/take/", memberships.take, name="take_as_member"),
    path("d/<int:pk>/members/", memberships.offer, name="member_offer"),
    path("memberships/", memberships.memberships, name="memberships"),
    path("memberships/renewal/", memberships.renewal, name="membership_renewal"),
    path("my/sales/", views.sales, name="sales"),
    path("my/sales/<row:pk>/refund/", refund_views.by_author, name="refund"),
    path("house/orders/<row:pk>/refund/", refund_views.by_house, name="house_refund"),
    path("s/<slug:code>/", share_views.share, name="share"),
    path("s/<slug:code>/code.svg", share_views.code_image, name="share_code"),
    path("d/<row:pk>/share/", share_views.share_start, name="share_start"),
    path("my/shares/", share_views.shares, name="shares"),
    path("my/shares/<slug:code>/", share_views.share_link, name="share_link"),
    path("my/shares/<slug:code>/poster.png", share_views.poster, name="poster"),
    path("my/commission/", share_views.commission, name="commission"),
    path("my/documents/<row:pk>/commission/", share_views.commission, name="document_commission"),
]
