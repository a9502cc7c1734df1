"""Every address of the site, tried by everybody, with what is theirs, what is not, and what nobody has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.converters import IntConverter
from django.utils import timezone

from tests.conversion.test_playing import with_slides
from tests.e2e.library import Library, library_fill
from tests.ledger.helpers import give_earnings, give_money
from tests.payments.payout_helpers import ask, sent
from wenlan.accounts.models import User
from wenlan.accounts.services import guest_create
from wenlan.delivery.services import link_make
from wenlan.documents.models import Document
from wenlan.orders.models import Claim
from wenlan.orders.services import bundle_create, checkout_open, coupon_create, document_buy
from wenlan.orders.services.claims import token_hash
from wenlan.similarity.models import Digest, Finding, Fingerprint
from wenlan.similarity.services import revision_comparison_request

CAST = ("stranger", "bob", "alice", "carol", "dave", "mallory")

EXPECTED = """
asked for                                               | GET: nobody, Bob, Alice | POST without a word: the same six
                                                        | Carol, Dave, Mallory    |
--------------------------------------------------------+-------------------------+------------------------
web:home                                                | 200                     | 405
web:documents                                           | 200                     | 405
web:library                                             | in  200 200 200 200 200 | 405
web:design                                              | 200                     | 405
web:terms                                               | 200                     | 405
web:theme                                               | 405                     | go
web:manifest                                            | 200                     | 405
web:robots                                              | 200                     | 405
web:sitemap                                             | 200                     | 200
search:results                                          | 200                     | 405
search:suggest                                          | 200                     | 405
search:recent_forget                                    | 405                     | in  go  go  go  go  go
search:tips                                             | 200                     | 405
documents:upload                                        | in  200 200 200 200 200 | in  go  go  go  go  go
documents:mine                                          | in  200 200 200 200 200 | 405
documents:submit_selected                               | 405                     | in  go  go  go  go  go
documents:set_selected                                  | 405                     | in  go  go  go  go  go
orders:memberships                                      | 200                     | in  go  go  go  go  go
orders:membership_renewal                               | in  405 405 405 405 405 | in  go  go  go  go  go
orders:claim_lost                                       | 200                     | 422
orders:coupons                                          | in  200 200 200 200 200 | in  403 422 403 403 422
orders:bundles                                          | in  200 200 200 200 200 | in  403 422 403 403 422
orders:sales                                            | in  200 200 200 200 200 | in  405 405 405 405 405
orders:shares                                           | in  200 200 200 200 200 | in  405 405 405 405 405
orders:commission                                       | in  200 200 200 200 200 | in  go  go  go  go  go
payments:wallet                                         | in  200 200 200 200 200 | in  405 405 405 405 405
payments:earnings                                       | in  200 200 200 200 200 | in  405 405 405 405 405
payments:payout_account                                 | in  200 200 200 200 200 | in  200 200 200 200 200
payments:payout_ask                                     | in  go  go  go  go  go  | in  422 422 422 422 422
payments:payout_request                                 | in  405 405 405 405 405 | in  go  go  go  go  go
payments:payout_cancel of Alice                         | in  405 405 405 405 405 | in  404 go  404 404 404
payments:statements                                     | in  200 200 200 200 200 | in  405 405 405 405 405
payments:statement of Alice                             | in  404 200 404 404 404 | in  405 405 405 405 405
payments:statement_table of Alice                       | in  404 200 404 404 404 | in  405 405 405 405 405
payments:statement_print of Alice                       | in  404 200 404 404 404 | in  405 405 405 405 405
payments:receipt of Bob                                 | in  200 404 404 404 404 | in  405 405 405 405 405
payments:house_income                                   | 404 404 404 404 200 404 | 404 404 404 404 405 404
payments:house_income_table                             | 404 404 404 404 200 404 | 404 404 404 404 405 404
payments:payout_queue                                   | 404 404 404 404 200 404 | 404 404 404 404 200 404
payments:payout_review of Alice                         | 404 404 404 404 200 404 | 404 404 404 404 go  404
payments:payout_review of nobody                        | 404                     | 404
payments:payout_export                                  | 404 404 404 404 405 404 | 404 404 404 404 go  404
payments:payout_batch of Dave                           | 404 404 404 404 200 404 | 404 404 404 404 200 404
payments:payout_batch_file of Dave                      | 404 404 404 404 200 404 | 404 404 404 404 200 404
payments:top_up                                         | in  go  go  go  go  go  | in  422 422 422 422 422
trust:queue                                             | 404 404 404 200 200 404 | 404 404 404 200 200 404
trust:copies                                            | 404 404 404 200 200 404 | 404 404 404 200 200 404
trust:page_problems                                     | 404 404 404 200 200 404 | 404 404 404 200 200 404
trust:help                                              | 200                     | 200
trust:tickets                                           | 404 404 404 404 200 404 | 404 404 404 404 200 404
insights:history_clear                                  | 405                     | in  go  go  go  go  go
accounts:settings                                       | in  200 200 200 200 200 | in  200 200 200 200 200
accounts:become_author                                  | 405                     | in  go  go  go  go  go
accounts:language                                       | 405                     | 400
account_login                                           | 200 go  go  go  go  go  | 200 go  go  go  go  go
account_logout                                          | go  200 200 200 200 200 | go
account_inactive                                        | 200                     | 405
account_signup                                          | 200 go  go  go  go  go  | 200 go  go  go  go  go
account_reauthenticate                                  | in  200 200 200 200 200 | in  200 200 200 200 200
account_email                                           | in  200 200 200 200 200 | in  go  go  go  go  go
account_email_verification_sent                         | 200                     | 405
account_change_password                                 | in  200 200 200 200 200 | in  200 200 200 200 200
account_set_password                                    | in  go  go  go  go  go  | in  go  go  go  go  go
account_reset_password                                  | 200                     | 200
account_confirm_login_code                              | in  go  go  go  go  go  | in  go  go  go  go  go
account_reset_password_from_key_done                    | 200                     | 405
account_reset_password_done                             | 200                     | 405
javascript-catalog                                      | 200                     | 405
web:document of draft                                   | 404 404 200 404 200 404 | 405
web:document of in review                               | 404 404 200 200 200 404 | 405
web:document of for sale                                | 200                     | 405
web:document of withdrawn                               | 410 410 200 200 200 410 | 405
web:document of withdrawn, bought by Bob                | 410 200 200 200 200 410 | 405
web:document of Mallory's draft                         | 404 404 404 404 200 200 | 405
web:document_pages of draft                             | 404 404 200 404 200 404 | 405
web:document_pages of in review                         | 404 404 200 200 200 404 | 405
web:document_pages of for sale                          | 200                     | 405
web:document_pages of withdrawn                         | 404 404 200 200 200 404 | 405
web:document_pages of withdrawn, bought by Bob          | 404 200 200 200 200 404 | 405
web:document_pages of Mallory's draft                   | 404 404 404 404 200 200 | 405
web:document_find of draft                              | 404 404 200 404 200 404 | 405
web:document_find of in review                          | 404 404 200 200 200 404 | 405
web:document_find of for sale                           | 200                     | 405
web:document_find of withdrawn                          | 404 404 200 200 200 404 | 405
web:document_find of withdrawn, bought by Bob           | 404 200 200 200 200 404 | 405
web:document_find of Mallory's draft                    | 404 404 404 404 200 200 | 405
web:share_code of draft                                 | 404                     | 405
web:share_code of in review                             | 404                     | 405
web:share_code of for sale                              | 200                     | 405
web:share_code of withdrawn                             | 404                     | 405
web:share_code of withdrawn, bought by Bob              | 404                     | 405
web:share_code of Mallory's draft                       | 404                     | 405
documents:edit of draft                                 | in  404 200 404 200 404 | in  404 422 404 422 404
documents:edit of in review                             | in  404 200 404 200 404 | in  404 422 404 422 404
documents:edit of for sale                              | in  404 200 404 200 404 | in  404 422 404 422 404
documents:edit of withdrawn                             | in  404 200 404 200 404 | in  404 422 404 422 404
documents:edit of withdrawn, bought by Bob              | in  404 200 404 200 404 | in  404 422 404 422 404
documents:edit of Mallory's draft                       | in  404 404 404 200 200 | in  404 404 404 422 422
documents:replace_file of draft                         | in  404 go  404 go  404 | in  404 422 404 422 404
documents:replace_file of in review                     | in  404 go  404 go  404 | in  404 409 404 409 404
documents:replace_file of for sale                      | in  404 go  404 go  404 | in  404 409 404 409 404
documents:replace_file of withdrawn                     | in  404 go  404 go  404 | in  404 409 404 409 404
documents:replace_file of withdrawn, bought by Bob      | in  404 go  404 go  404 | in  404 409 404 409 404
documents:replace_file of Mallory's draft               | in  404 404 404 go  go  | in  404 404 404 422 422
documents:submit of draft                               | 405                     | in  404 go  404 go  404
documents:submit of failed                              | 405                     | in  404 409 404 409 404
documents:submit of in review                           | 405                     | in  404 409 404 409 404
documents:submit of for sale                            | 405                     | in  404 409 404 409 404
documents:submit of withdrawn                           | 405                     | in  404 409 404 409 404
documents:submit of withdrawn, bought by Bob            | 405                     | in  404 409 404 409 404
documents:submit of Mallory's draft                     | 405                     | in  404 404 404 go  go
documents:take_back of draft                            | 405                     | in  404 409 404 409 404
documents:take_back of in review                        | 405                     | in  404 go  404 go  404
documents:take_back of for sale                         | 405                     | in  404 409 404 409 404
documents:take_back of withdrawn                        | 405                     | in  404 409 404 409 404
documents:take_back of withdrawn, bought by Bob         | 405                     | in  404 409 404 409 404
documents:take_back of Mallory's draft                  | 405                     | in  404 404 404 409 409
documents:amendment_discard of draft                    | 405                     | in  404 go  404 go  404
documents:amendment_discard of in review                | 405                     | in  404 go  404 go  404
documents:amendment_discard of for sale                 | 405                     | in  404 go  404 go  404
documents:amendment_discard of withdrawn                | 405                     | in  404 go  404 go  404
documents:amendment_discard of withdrawn, bought by Bob | 405                     | in  404 go  404 go  404
documents:amendment_discard of Mallory's draft          | 405                     | in  404 404 404 go  go
documents:withdraw of draft                             | in  404 409 404 409 404 | in  404 409 404 409 404
documents:withdraw of in review                         | in  404 409 404 409 404 | in  404 409 404 409 404
documents:withdraw of for sale                          | in  404 200 404 200 404 | in  404 go  404 go  404
documents:withdraw of withdrawn                         | in  404 409 404 409 404 | in  404 409 404 409 404
documents:withdraw of withdrawn, bought by Bob          | in  404 409 404 409 404 | in  404 409 404 409 404
documents:withdraw of Mallory's draft                   | in  404 404 404 409 409 | in  404 404 404 409 409
documents:restore of draft                              | 405                     | in  404 409 404 409 404
documents:restore of in review                          | 405                     | in  404 409 404 409 404
documents:restore of for sale                           | 405                     | in  404 409 404 409 404
documents:restore of withdrawn                          | 405                     | in  404 go  404 go  404
documents:restore of withdrawn, bought by Bob           | 405                     | in  404 go  404 go  404
documents:restore of Mallory's draft                    | 405                     | in  404 404 404 409 409
documents:delete of draft                               | in  404 200 404 200 404 | in  404 go  404 go  404
documents:delete of in review                           | in  404 409 404 409 404 | in  404 409 404 409 404
documents:delete of for sale                            | in  404 409 404 409 404 | in  404 409 404 409 404
documents:delete of withdrawn                           | in  404 200 404 200 404 | in  404 go  404 go  404
documents:delete of withdrawn, bought by Bob            | in  404 409 404 409 404 | in  404 409 404 409 404
documents:delete of Mallory's draft                     | in  404 404 404 200 200 | in  404 404 404 go  go
documents:favourite of draft                            | 405                     | 404 404 go  404 go  404
documents:favourite of in review                        | 405                     | 404 404 go  go  go  404
documents:favourite of for sale                         | 405                     | in  go  go  go  go  go
documents:favourite of withdrawn                        | 405                     | 404 404 go  go  go  404
documents:favourite of withdrawn, bought by Bob         | 405                     | 404 go  go  go  go  404
documents:favourite of Mallory's draft                  | 405                     | 404 404 404 404 go  go
conversion:statuses                                     | in  go  go  go  go  go  | 405
conversion:status of draft                              | in  404 go  404 go  404 | 405
conversion:status of in review                          | in  404 go  404 go  404 | 405
conversion:status of for sale                           | in  404 go  404 go  404 | 405
conversion:status of withdrawn                          | in  404 go  404 go  404 | 405
conversion:status of withdrawn, bought by Bob           | in  404 go  404 go  404 | 405
conversion:status of Mallory's draft                    | in  404 404 404 go  go  | 405
similarity:found of draft                               | in  404 go  404 go  404 | 405
similarity:found of in review                           | in  404 go  404 go  404 | 405
similarity:found of for sale                            | in  404 go  404 go  404 | 405
similarity:found of withdrawn                           | in  404 go  404 go  404 | 405
similarity:found of withdrawn, bought by Bob            | in  404 go  404 go  404 | 405
similarity:found of Mallory's draft                     | in  404 404 404 go  go  | 405
conversion:retry of draft                               | 405                     | in  404 409 404 409 404
conversion:retry of failed                              | 405                     | in  404 go  404 go  404
conversion:retry of in review                           | 405                     | in  404 409 404 409 404
conversion:retry of for sale                            | 405                     | in  404 409 404 409 404
conversion:retry of withdrawn                           | 405                     | in  404 409 404 409 404
conversion:retry of withdrawn, bought by Bob            | 405                     | in  404 409 404 409 404
conversion:retry of Mallory's draft                     | 405                     | in  404 404 404 409 409
similarity:digest of draft                              | in  404 200 404 200 404 | in  404 200 404 200 404
similarity:digest of in review                          | in  404 200 404 200 404 | in  404 200 404 200 404
similarity:digest of for sale                           | in  404 200 404 200 404 | in  404 200 404 200 404
similarity:digest of withdrawn                          | in  404 200 404 200 404 | in  404 200 404 200 404
similarity:digest of withdrawn, bought by Bob           | in  404 200 404 200 404 | in  404 200 404 200 404
similarity:digest of Mallory's draft                    | in  404 404 404 200 200 | in  404 404 404 200 200
orders:buy of draft                                     | in  404 200 404 200 404 | in  404 go  404 go  404
orders:buy of in review                                 | in  404 200 200 200 404 | in  404 go  go  go  404
orders:buy of for sale                                  | 200                     | in  go  go  go  go  go
orders:buy of withdrawn                                 | in  404 200 200 200 404 | in  404 go  go  go  404
orders:buy of withdrawn, bought by Bob                  | in  200 200 200 200 404 | in  go  go  go  go  404
orders:buy of Mallory's draft                           | in  404 404 404 200 200 | in  404 404 404 go  go
orders:take_as_member of draft                          | in  405 405 405 405 405 | in  404 go  404 go  404
orders:take_as_member of in review                      | in  405 405 405 405 405 | in  404 go  go  go  404
orders:take_as_member of for sale                       | in  405 405 405 405 405 | in  go  go  go  go  go
orders:take_as_member of withdrawn                      | in  405 405 405 405 405 | in  404 go  go  go  404
orders:take_as_member of withdrawn, bought by Bob       | in  405 405 405 405 405 | in  go  go  go  go  404
orders:take_as_member of Mallory's draft                | in  405 405 405 405 405 | in  404 404 404 go  go
orders:member_offer of draft                            | in  405 405 405 405 405 | in  404 go  404 404 404
orders:member_offer of in review                        | in  405 405 405 405 405 | in  404 go  404 404 404
orders:member_offer of for sale                         | in  405 405 405 405 405 | in  404 go  404 404 404
orders:member_offer of withdrawn                        | in  405 405 405 405 405 | in  404 go  404 404 404
orders:member_offer of withdrawn, bought by Bob         | in  405 405 405 405 405 | in  404 go  404 404 404
orders:member_offer of Mallory's draft                  | in  405 405 405 405 405 | in  404 404 404 404 go
orders:price of draft                                   | in  404 200 404 200 404 | in  404 422 404 422 404
orders:price of in review                               | in  404 200 404 200 404 | in  404 422 404 422 404
orders:price of for sale                                | in  404 200 404 200 404 | in  404 422 404 422 404
orders:price of withdrawn                               | in  404 200 404 200 404 | in  404 422 404 422 404
orders:price of withdrawn, bought by Bob                | in  404 200 404 200 404 | in  404 422 404 422 404
orders:price of Mallory's draft                         | in  404 404 404 200 200 | in  404 404 404 422 422
orders:terms of draft                                   | 405                     | in  404 422 404 422 404
orders:terms of in review                               | 405                     | in  404 422 404 422 404
orders:terms of for sale                                | 405                     | in  404 422 404 422 404
orders:terms of withdrawn                               | 405                     | in  404 422 404 422 404
orders:terms of withdrawn, bought by Bob                | 405                     | in  404 422 404 422 404
orders:terms of Mallory's draft                         | 405                     | in  404 404 404 422 422
payments:pay_document of draft                          | 404 404 go  404 go  404 | 404 404 go  404 go  404
payments:pay_document of in review                      | 404 404 go  go  go  404 | 404 404 go  go  go  404
payments:pay_document of for sale                       | go                      | go
payments:pay_document of withdrawn                      | 404 404 go  go  go  404 | 404 404 go  go  go  404
payments:pay_document of withdrawn, bought by Bob       | 404 go  go  go  go  404 | 404 go  go  go  go  404
payments:pay_document of Mallory's draft                | 404 404 404 404 go  go  | 404 404 404 404 go  go
orders:share_start of draft                             | 405                     | in  404 403 404 403 404
orders:share_start of in review                         | 405                     | in  404 403 403 403 404
orders:share_start of for sale                          | 405                     | in  go  go  go  go  go
orders:share_start of withdrawn                         | 405                     | in  404 403 403 403 404
orders:share_start of withdrawn, bought by Bob          | 405                     | in  403 403 403 403 404
orders:share_start of Mallory's draft                   | 405                     | in  404 404 404 403 403
orders:document_commission of draft                     | in  404 200 404 404 404 | in  404 go  404 404 404
orders:document_commission of in review                 | in  404 200 404 404 404 | in  404 go  404 404 404
orders:document_commission of for sale                  | in  404 200 404 404 404 | in  404 go  404 404 404
orders:document_commission of withdrawn                 | in  404 200 404 404 404 | in  404 go  404 404 404
orders:document_commission of withdrawn, bought by Bob  | in  404 200 404 404 404 | in  404 go  404 404 404
orders:document_commission of Mallory's draft           | in  404 404 404 404 200 | in  404 404 404 404 go
delivery:download of draft                              | in  404 go  404 go  404 | in  405 405 405 405 405
delivery:download of in review                          | in  404 go  go  go  404 | in  405 405 405 405 405
delivery:download of for sale                           | in  go  go  go  go  go  | in  405 405 405 405 405
delivery:download of withdrawn                          | in  404 go  go  go  404 | in  405 405 405 405 405
delivery:download of withdrawn, bought by Bob           | in  go  go  go  go  404 | in  405 405 405 405 405
delivery:download of Mallory's draft                    | in  404 404 404 go  go  | in  405 405 405 405 405
trust:review of draft                                   | 404                     | 404
trust:review of in review                               | 404 404 404 200 200 404 | 404 404 404 go  go  404
trust:review of for sale                                | 404 404 404 200 200 404 | 404 404 404 go  go  404
trust:review of withdrawn                               | 404 404 404 200 200 404 | 404 404 404 go  go  404
trust:review of withdrawn, bought by Bob                | 404 404 404 200 200 404 | 404 404 404 go  go  404
trust:review of Mallory's draft                         | 404                     | 404
trust:takedown of draft                                 | 404 404 404 404 409 404 | 404 404 404 404 409 404
trust:takedown of in review                             | 404 404 404 404 409 404 | 404 404 404 404 409 404
trust:takedown of for sale                              | 404 404 404 404 200 404 | 404 404 404 404 200 404
trust:takedown of withdrawn                             | 404 404 404 404 409 404 | 404 404 404 404 409 404
trust:takedown of withdrawn, bought by Bob              | 404 404 404 404 409 404 | 404 404 404 404 409 404
trust:takedown of Mallory's draft                       | 404 404 404 404 409 404 | 404 404 404 404 409 404
trust:undo of Carol                                     | 405                     | 404 404 404 go  404 404
trust:undo of nobody                                    | 405                     | 404
trust:report of draft                                   | 404 404 200 404 200 404 | 404 404 200 404 200 404
trust:report of in review                               | 404 404 200 200 200 404 | 404 404 200 200 200 404
trust:report of for sale                                | 200                     | 200
trust:report of withdrawn                               | 404 404 200 200 200 404 | 404 404 200 200 200 404
trust:report of withdrawn, bought by Bob                | 404 200 200 200 200 404 | 404 200 200 200 200 404
trust:report of Mallory's draft                         | 404 404 404 404 200 200 | 404 404 404 404 200 200
insights:reading of draft                               | 405                     | 404 404 400 404 400 404
insights:reading of in review                           | 405                     | 404 404 400 400 400 404
insights:reading of for sale                            | 405                     | 400
insights:reading of withdrawn                           | 405                     | 404 404 400 400 400 404
insights:reading of withdrawn, bought by Bob            | 405                     | 404 400 400 400 400 404
insights:reading of Mallory's draft                     | 405                     | 404 404 404 404 400 400
trust:page_wrong 1 of for sale                          | 200                     | go
trust:page_wrong 3 of for sale                          | 404 404 200 200 200 404 | 404 404 go  go  go  404
trust:page_wrong 5 of bought by Bob                     | 404 200 200 200 200 404 | 404 go  go  go  go  404
trust:page_wrong 1 of draft                             | 404 404 200 404 200 404 | 404 404 go  404 go  404
trust:page_wrong 1 of in review                         | 404 404 200 200 200 404 | 404 404 go  go  go  404
trust:page_problem_settle 1 of for sale                 | 405                     | 404 404 404 go  go  404
trust:page_problem_settle 1 of draft                    | 405                     | 404
trust:copy of for sale                                  | 404 404 404 200 200 404 | 404 404 404 go  go  404
trust:copy_undo of for sale                             | 404 404 404 405 405 404 | 404 404 404 409 409 404
trust:copy_undo of nobody                               | 404 404 404 405 405 404 | 404
trust:copy of nobody                                    | 404                     | 404
documents:page_image 1 of for sale                      | 200                     | 405
documents:page_image 3 of for sale                      | 404 404 200 200 200 404 | 405
documents:page_image 5 of bought by Bob                 | 404 200 200 200 200 404 | 405
documents:page_image 1 of draft                         | 404 404 200 404 200 404 | 405
documents:page_image 1 of in review                     | 404 404 200 200 200 404 | 405
documents:page_image 1 of draft under another's number  | 404                     | 405
conversion:slides 2 of for sale                         | 200 200 404 404 404 200 | 405
conversion:slides 5 of for sale                         | 404 404 200 200 200 404 | 405
conversion:slides 2 of draft                            | 404                     | 405
web:category                                            | 200                     | 405
web:category without documents                          | 404                     | 405
web:author                                              | 200                     | 405
web:author who is none                                  | 404                     | 405
web:sitemap_section                                     | 200                     | 200
orders:refund of Alice's sale                           | in  404 200 404 404 404 | in  404 200 404 404 404
orders:refund of nobody                                 | in  404 404 404 404 404 | in  404 404 404 404 404
orders:house_refund of Alice's sale                     | 404 404 404 404 200 404 | 404 404 404 404 200 404
orders:order of Bob                                     | in  200 404 404 404 404 | in  405 405 405 405 405
orders:share of Bob                                     | go                      | 405
orders:share of nobody                                  | 404                     | 405
orders:share_code of Bob                                | 200                     | 405
orders:share_code of nobody                             | 404                     | 405
orders:share_link of Bob                                | in  200 404 404 404 404 | in  405 405 405 405 405
orders:poster of Bob                                    | in  200 404 404 404 404 | in  405 405 405 405 405
payments:pay of Bob                                     | in  200 404 404 404 404 | in  go  404 404 404 404
payments:notify of nobody                               | 405                     | 404
payments:simulated of Bob                               | in  200 404 404 404 404 | in  400 404 404 404 404
payments:simulated of nobody                            | in  404 404 404 404 404 | in  404 404 404 404 404
orders:bundle of Alice                                  | 200                     | in  go  go  go  go  go
orders:bundle of nobody                                 | 404                     | 404
orders:coupon_stop of Alice                             | 405                     | in  404 go  404 404 404
orders:bundle_stop of Alice                             | 405                     | in  404 go  404 404 404
payments:pay_bundle of Alice                            | go                      | go
orders:sale_end of for sale                             | 405                     | in  404 go  404 go  404
orders:checkout of Bob                                  | 404 200 404 404 404 404 | 405
orders:checkout of nobody                               | 404                     | 405
orders:claim of Erin                                    | 200                     | 422 go  go  go  go  go
orders:claim of nobody                                  | 404                     | 404
delivery:file of Bob                                    | 200 200 404 404 404 404 | 405
delivery:file of nobody                                 | 404                     | 405
trust:ticket of Bob                                     | 200                     | 200
trust:ticket of nobody                                  | 404                     | 404
account_confirm_email of nobody                         | 200                     | 404
account_reset_password_from_key of nobody               | 200                     | 200
"""
"""What each of the cast gets: a status, `in` (asked to sign in) or `go` (sent to another page).

One word alone is what everybody gets; 405 alone is asked of Dave only, who may do most. Documents are Alice's unless they are called Mallory's.
"""

NONSENSE = ("\x00", "-1", "9" * 40, "²", "１２", "//evil.example/", "<b>'\"&", "\u202e" + "长" * 3000)
QUERY = (
    *("q", "page", "from", "to", "tab", "sort", "price", "format", "state", "account", "category", "short"),
    *("next", "language", "subject", "coupon", "chosen"),
)
"""Every name under which a page of the site reads something in its address."""
FORMS = (
    *("next", "title", "description", "category", "tags", "price", "preview_kind", "preview_pages", "then"),
    *("preview_percent", "submitted", "amount_preset"),
    *(
        "documents",
        "expected_price_minor",
        "amount",
        "provider",
        "message",
        "kind",
        "subject",
        "body",
        "email",
    ),
    *(
        "decision",
        "reason",
        "revision",
        "language",
        "theme",
        "page",
        "settle",
        "display_name",
        "bio",
        "login",
    ),
    *("password", "accept_rules"),
    *("method", "holder", "number", "bank", "identity_number", "address", "amount_minor", "key"),
    *("expected_fee_minor", "file", "reject-reason", "hold-reason", "hold-days", "note", "why"),
    *("coupon", "chosen_minor", "suggested", "code", "percent", "minimum"),
    *("starts_at", "ends_at", "limit_total", "limit_per_reader"),
    *("password", "accept_rules", "basis_points"),
)
"""Every name of a field in a form."""

Addresses = dict[str, str]
Answer = Any
ClientAs = Callable[[User | None], Client]


@pytest.fixture
def people(alice: User, bob: User, carol: User, dave: User, mallory: User) -> dict[str, User | None]:
    return dict(zip(CAST, (None, bob, alice, carol, dave, mallory), strict=True))


@pytest.fixture
def addresses(
    people: dict[str, User | None],
    alice: User,
    bob: User,
    carol: User,
    dave: User,
    mallory: User,
    draft_document: Callable[..., Document],
    published_document: Callable[..., Document],
    settings: Any,
) -> Addresses:
    """The addresses of everything in EXPECTED, by its words there."""
    settings.PAYMENT_PROVIDERS = ["simulated"]
    library = library_fill(
        alice=alice, bob=bob, carol=carol, dave=dave, draft=draft_document, published=published_document
    )
    kept = published_document(title="买过又下架的")
    give_money(bob, kept.price_minor)
    document_buy(reader=bob, document_id=kept.pk, expected_price_minor=kept.price_minor)
    Document.objects.filter(pk=kept.pk).update(state=Document.State.WITHDRAWN, withdrawn_by=alice)
    documents = {
        "draft": library.draft,
        "in review": library.in_review,
        "for sale": library.paid,
        "withdrawn": library.withdrawn,
        "withdrawn, bought by Bob": kept,
        "Mallory's draft": draft_document(title="别人的草稿", author=mallory),
    }
    for document in documents.values():
        Digest.objects.create(revision=document.revisions.get(), open_pages=1, keywords=["年度总结"])
    failed = [library.failed.pk]
    return {
        **_plain_addresses(),
        **_document_addresses(documents),
        **_page_addresses({**documents, "bought by Bob": library.bought}),
        **_addresses_of_one_row(library),
        "documents:submit of failed": reverse("documents:submit", args=failed),
        "conversion:retry of failed": reverse("conversion:retry", args=failed),
    }


def _plain_addresses() -> Addresses:
    """The addresses without a part that varies."""
    return {
        name: reverse(name) for name, pattern in addresses_of_the_site() if not pattern.pattern.regex.groups
    }


def _document_addresses(documents: dict[str, Document]) -> Addresses:
    """Every address with the number of a document, for each of the documents."""
    found: Addresses = {}
    for name, pattern in addresses_of_the_site():
        if set(pattern.pattern.regex.groupindex) != {"pk"} or name in {
            "web:author",
            "orders:order",
            "orders:bundle",
            "orders:bundle_stop",
            "orders:coupon_stop",
            "payments:pay_bundle",
            "trust:undo",
            "trust:copy",
            "trust:copy_undo",
            "orders:refund",
            "orders:house_refund",
            "payments:receipt",
            "payments:payout_cancel",
            "payments:payout_review",
            "payments:payout_batch",
            "payments:payout_batch_file",
        }:
            continue
        for words, document in documents.items():
            found[f"{name} of {words}"] = reverse(name, args=[document.pk])
    return found


def _page_addresses(documents: dict[str, Document]) -> Addresses:
    """Pages within the preview, beyond it, and their images under the number of another document; slides that play."""
    found: Addresses = {}
    for words, page in (
        ("for sale", 1),
        ("for sale", 3),
        ("bought by Bob", 5),
        ("draft", 1),
        ("in review", 1),
    ):
        document = documents[words]
        found[f"documents:page_image {page} of {words}"] = reverse(
            "documents:page_image", args=[document.pk, document.current_revision_id, page, 72]
        )
        found[f"trust:page_wrong {page} of {words}"] = reverse("trust:page_wrong", args=[document.pk, page])
        found[f"trust:page_problem_settle {page} of {words}"] = reverse(
            "trust:page_problem_settle", args=[document.current_revision_id, page]
        )
    stray = [documents["for sale"].pk, documents["draft"].current_revision_id, 1, 72]
    found["documents:page_image 1 of draft under another's number"] = reverse(
        "documents:page_image", args=stray
    )
    with_slides(documents["for sale"])
    for words, count in (("for sale", 2), ("for sale", 5), ("draft", 2)):
        document = documents[words]
        found[f"conversion:slides {count} of {words}"] = reverse(
            "conversion:slides", args=[document.pk, document.current_revision_id, count]
        )
    return found


def _addresses_of_one_row(library: Library) -> Addresses:
    file = link_make(user=library.bob, document=library.bought, user_agent="test")
    assert library.paid.category is not None
    for document in (library.bought, library.paid):
        revision_comparison_request(document.revisions.get().pk)
    earlier, later = Fingerprint.objects.order_by("pk")
    finding = Finding.objects.create(
        fingerprint=later, earlier=earlier, kind="passages", share=0.4, earlier_share=0.5, strength=30
    )
    give_earnings(library.alice, 9000)
    batch = sent(library.alice, 2000, operator=library.dave).batch
    assert batch is not None
    payout = ask(library.alice, 3000)
    month = [timezone.localdate().year, timezone.localdate().month]
    return {
        "payments:statement of Alice": reverse("payments:statement", args=month),
        "payments:statement_table of Alice": reverse("payments:statement_table", args=month),
        "payments:statement_print of Alice": reverse("payments:statement_print", args=month),
        "payments:receipt of Bob": reverse("payments:receipt", args=[library.order.pk]),
        "payments:payout_cancel of Alice": reverse("payments:payout_cancel", args=[payout.pk]),
        "payments:payout_review of Alice": payout.get_absolute_url(),
        "payments:payout_review of nobody": reverse("payments:payout_review", args=[999_999]),
        "payments:payout_batch of Dave": batch.get_absolute_url(),
        "payments:payout_batch_file of Dave": reverse("payments:payout_batch_file", args=[batch.pk]),
        "trust:copy of for sale": reverse("trust:copy", args=[finding.pk]),
        "trust:copy_undo of for sale": reverse("trust:copy_undo", args=[finding.pk]),
        "trust:copy_undo of nobody": reverse("trust:copy_undo", args=[999_999]),
        "trust:copy of nobody": reverse("trust:copy", args=[999_999]),
        "web:category": library.paid.category.get_absolute_url(),
        "web:category without documents": reverse("web:category", args=["nothing"]),
        "web:author": reverse("web:author", args=[library.alice.pk]),
        "web:author who is none": reverse("web:author", args=[library.bob.pk]),
        "web:sitemap_section": reverse("web:sitemap_section", args=["documents"]),
        "orders:refund of Alice's sale": reverse("orders:refund", args=[library.order.pk]),
        "orders:refund of nobody": reverse("orders:refund", args=[999_999]),
        "orders:house_refund of Alice's sale": reverse("orders:house_refund", args=[library.order.pk]),
        **_addresses_of_prices(library),
        "orders:order of Bob": reverse("orders:order", args=[library.order.pk]),
        "orders:share of Bob": library.link.get_absolute_url(),
        "orders:share of nobody": reverse("orders:share", args=["nothing"]),
        "orders:share_code of Bob": reverse("orders:share_code", args=[library.link.code]),
        "orders:share_code of nobody": reverse("orders:share_code", args=["nothing"]),
        "orders:share_link of Bob": reverse("orders:share_link", args=[library.link.code]),
        "orders:poster of Bob": reverse("orders:poster", args=[library.link.code]),
        "payments:pay of Bob": reverse("payments:pay", args=[library.top_up.reference]),
        "payments:notify of nobody": reverse("payments:notify", args=["nobody"]),
        "payments:simulated of Bob": reverse("payments:simulated", args=[library.top_up.reference]),
        "payments:simulated of nobody": reverse("payments:simulated", args=["nothing"]),
        "delivery:file of Bob": file,
        "delivery:file of nobody": reverse("delivery:file", args=["nothing", "nothing.doc"]),
        "trust:undo of Carol": reverse("trust:undo", args=[library.returned.reviews.get().pk]),
        "trust:undo of nobody": reverse("trust:undo", args=[999_999]),
        "trust:ticket of Bob": library.ticket.get_absolute_url(),
        "trust:ticket of nobody": reverse("trust:ticket", args=["aaaa-bbbb-cccc-dddd"]),
        "account_confirm_email of nobody": reverse("account_confirm_email", args=["nothing"]),
        "account_reset_password_from_key of nobody": reverse(
            "account_reset_password_from_key", args=["1", "nothing"]
        ),
    }


def _addresses_of_prices(library: Library) -> Addresses:
    """A coupon and a bundle of Alice's, what Bob is about to pay for, and what Erin bought without an account."""
    coupon = coupon_create(author=library.alice, code="Spring", kind="percent", percent=20)
    documents = [library.paid.pk, library.bought.pk]
    bundle = bundle_create(author=library.alice, title="一套", price_minor=100, document_ids=documents)
    checkout = checkout_open(
        reader=library.bob, document_id=library.paid.pk, expected_price_minor=library.paid.price_minor
    )
    tomorrow = timezone.now() + timedelta(days=1)
    token = "a-token-that-nobody-guesses"
    Claim.objects.create(
        guest=guest_create(), email="erin@example.com", token_hash=token_hash(token), expires_at=tomorrow
    )
    return {
        "orders:bundle of Alice": bundle.get_absolute_url(),
        "orders:bundle of nobody": reverse("orders:bundle", args=[999_999]),
        "orders:bundle_stop of Alice": reverse("orders:bundle_stop", args=[bundle.pk]),
        "orders:coupon_stop of Alice": reverse("orders:coupon_stop", args=[coupon.pk]),
        "payments:pay_bundle of Alice": reverse("payments:pay_bundle", args=[bundle.pk]),
        "orders:sale_end of for sale": reverse("orders:sale_end", args=[library.paid.pk, 1]),
        "orders:checkout of Bob": reverse("orders:checkout", args=[checkout.reference]),
        "orders:checkout of nobody": reverse("orders:checkout", args=["nothing"]),
        "orders:claim of Erin": reverse("orders:claim", args=[token]),
        "orders:claim of nobody": reverse("orders:claim", args=["nothing"]),
    }


def addresses_of_the_site() -> Iterator[tuple[str, URLPattern]]:
    """Every address the site names, but Django's own administration."""

    def walk(patterns: list[Any], namespace: str) -> Iterator[tuple[str, URLPattern]]:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                below = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
                yield from walk(pattern.url_patterns, below)
            elif not namespace.startswith("admin:"):
                yield f"{namespace}{pattern.name}", pattern

    return walk(get_resolver().url_patterns, "")


def class_of(response: Answer) -> str:
    """What an answer amounts to: its status, or where it sends the reader."""
    if response.status_code not in {301, 302, 303, 307, 308}:
        return str(response.status_code)
    return "in" if response["Location"].startswith(reverse(settings.LOGIN_URL)) else "go"


class Trial:
    """The cast at the door of any address; whatever a request changes is taken back."""

    def __init__(self, people: dict[str, User | None], client_as: ClientAs) -> None:
        self._cookies = {name: client_as(person).cookies for name, person in people.items()}

    def ask(self, person: str, method: str, address: str, fields: dict[str, str] | None = None) -> Answer:
        client = Client(raise_request_exception=False)
        client.cookies.load({name: cookie.value for name, cookie in self._cookies[person].items()})
        with transaction.atomic():
            response = (client.get if method == "GET" else client.post)(address, fields or {})
            transaction.set_rollback(True)
        return response


@pytest.fixture
def trial(people: dict[str, User | None], client_as: ClientAs) -> Trial:
    return Trial(people, client_as)


def expected_answers() -> Iterator[tuple[str, str, list[str]]]:
    """What is asked for, the method, and the answer for each of the cast."""
    for line in EXPECTED.strip().splitlines()[3:]:
        words, *answers = (part.strip() for part in line.split("|"))
        for method, row in zip(("GET", "POST"), answers, strict=True):
            classes = row.split()
            yield words, method, classes if len(classes) > 1 else classes * len(CAST)


def test_the_table_knows_every_address() -> None:
    known = {words.split(" ")[0] for words, _method, _answers in expected_answers()}
    assert known == {name for name, _pattern in addresses_of_the_site()}


def test_everybody_gets_what_is_theirs_and_nothing_else(addresses: Addresses, trial: Trial) -> None:
    surprises = []
    for words, method, answers in expected_answers():
        asked = zip(CAST, answers, strict=True) if set(answers) != {"405"} else [("dave", "405")]
        for person, expected in asked:
            seen = class_of(trial.ask(person, method, addresses[words]))
            if seen != expected:
                surprises.append(f"{method} {words} as {person}: {seen} instead of {expected}")
    assert surprises == []


@pytest.mark.parametrize("number", [0, 999_999_999, 2**63, 10**40])
def test_numbers_that_nobody_has_lead_nowhere(trial: Trial, number: int) -> None:
    surprises = []
    for name, pattern in addresses_of_the_site():
        if not any(isinstance(converter, IntConverter) for converter in pattern.pattern.converters.values()):
            continue
        address = reverse(name, args=[7777] * len(pattern.pattern.converters)).replace("7777", str(number))
        for person in ("stranger", "alice", "dave"):
            seen = {method: class_of(trial.ask(person, method, address)) for method in ("GET", "POST")}
            if not set(seen.values()) <= {"404", "405", "in"}:
                surprises.append(f"{address} as {person}: {seen}")
    assert surprises == []


@pytest.mark.parametrize("nonsense", NONSENSE)
def test_nonsense_in_every_field_breaks_nothing_and_leads_nowhere_else(
    addresses: Addresses, trial: Trial, nonsense: str
) -> None:
    surprises = []
    for words, address in addresses.items():
        if words.split(" of ")[-1] in {"in review", "withdrawn", "Mallory's draft", "nobody"}:
            continue  # the same views as those of other documents
        for method, names in (("GET", QUERY), ("POST", FORMS)):
            response = trial.ask("dave", method, address, dict.fromkeys(names, nonsense))
            where = urlsplit(response.headers.get("Location", ""))
            if response.status_code >= 500 or "evil.example" in where.netloc + where.path:
                surprises.append(
                    f"{method} {words}: {response.status_code} {response.headers.get('Location')}"
                )
    assert surprises == []
