"""Every setting of Wenlan in one file; each value that differs per deployment comes from the environment.

docs/operator/configuration.md explains the variables, `.env.example` lists them, a test keeps the three alike.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF

from wenlan.core.environment import (
    ConfigurationError,
    Environment,
    is_loopback,
    private_folder,
    secret_from_file,
)

PACKAGE_DIR = Path(__file__).resolve().parent.parent

env = Environment()

# ── Where things are ──────────────────────────────────────────────────────────────────────────────────────
DATA_DIR = private_folder(env.folder("WENLAN_DATA_DIR", Path.cwd() / "data"))
DEBUG = env.boolean("WENLAN_DEBUG")
SECRET_KEY = env.text("WENLAN_SECRET_KEY") or secret_from_file(DATA_DIR / "secret_key")
SITE_URL = env.web_address("WENLAN_SITE_URL", "http://localhost:8000")
SITE_NAME = env.text("WENLAN_SITE_NAME", "文澜 Wenlan")
ALLOWED_HOSTS = env.items("WENLAN_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = [SITE_URL]
CSRF_FAILURE_VIEW = "wenlan.web.views.errors.csrf_failure"
HTTPS = SITE_URL.startswith("https://")

# ── The house ─────────────────────────────────────────────────────────────────────────────────────────────
INSTALLED_APPS = [
    "wenlan.web",
    "wenlan.insights",
    "wenlan.trust",
    "wenlan.delivery",
    "wenlan.payments",
    "wenlan.orders",
    "wenlan.similarity",
    "wenlan.search",
    "wenlan.conversion",
    "wenlan.documents",
    "wenlan.ledger",
    "wenlan.accounts",
    "wenlan.core",
    "allauth",
    "allauth.account",
    "csp",
    "django_htmx",
    "django_tasks",
    "wenlan.core.background.BackgroundConfig",  # django_tasks_db under a name that operators understand
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "wenlan.web.middleware.PrivatePagesMiddleware",
    "wenlan.documents.uploads.UploadLeftoversMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "wenlan.core.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "wenlan.web.middleware.ErrorMessageMiddleware",
]

ROOT_URLCONF = "wenlan.config.urls"
WSGI_APPLICATION = "wenlan.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "wenlan.web.context_processors.site",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "wenlan.web.templatetags.wenlan",
            ],
        },
    }
]
FORM_RENDERER = "wenlan.web.renderers.FormRenderer"

WENLAN_LEDGER_CAUSES = {
    "order": "orders_order",
    "membership": "orders_membership",
    "top_up": "payments_topup",
    "payout": "payments_payout",
}
"""What `Transfer.cause` calls a row → the model as the administration's addresses name it."""

# What a room tells the rooms above it, which it must not import (see core/handlers.py).
WENLAN_HANDLERS: dict[str, list[str]] = {
    # (path, name) → what an uploaded file really is; raises a WenlanError for one that is refused
    "file_inspect": ["wenlan.conversion.services.upload_inspect"],
    # (revision_id) a new file is stored and waits for its preview
    "revision_stored": ["wenlan.conversion.services.revision_conversion_request"],
    # (revision_id) its preview is ready, and with it the text
    "revision_ready": [
        "wenlan.similarity.services.revision_comparison_request",
        "wenlan.similarity.title_checks.revision_titles_request",
        "wenlan.similarity.digests.revision_digest_request",
    ],
    # (revision_id, succeeded) another preview that was asked for has taken the place of the old one, or has not
    "revision_redrawn": ["wenlan.trust.page_problems.page_problems_settle"],
    # (revision_id) another file takes the place of this one, which may stay on record
    "revision_replaced": [
        "wenlan.trust.page_problems.page_problems_forget",
        "wenlan.similarity.services.revision_text_forget",
    ],
    # (document_id) what readers can find or see of a document has changed
    "document_changed": [
        "wenlan.search.services.document_index_request",
        "wenlan.search.standing.document_standing_request",
        "wenlan.similarity.taken_down.document_texts_follow",
        "wenlan.similarity.title_checks.document_titles_request",
        "wenlan.similarity.digests.document_digest_request",
    ],
    # (document_id, was_public) a document is about to be deleted
    "document_deleting": [
        "wenlan.similarity.services.document_texts_forget",
        "wenlan.orders.services.posters_forget",
    ],
    # (document_id, knows=, objection=) its author sends it to review; raises a WenlanError to keep it back
    "submission_check": ["wenlan.similarity.submission.submission_check"],
    # (revision_id, by) readers are about to be shown it; raises a WenlanError when they must not be, or not yet
    "publication_check": ["wenlan.similarity.submission.publication_check"],
    # (revision_id) the text was compared, or something that came later is like it
    "text_compared": ["wenlan.trust.copies.document_reconsider"],
    # (user_id), (category_id), (tag_id) whose name or address, which documents are found by, has changed
    "person_renamed": ["wenlan.search.services.author_index_request"],
    "category_changed": ["wenlan.search.services.category_index_request"],
    "tag_changed": ["wenlan.search.services.tag_index_request"],
    # (request, user, response) somebody signed in, and is answered with `response`
    "person_signed_in": ["wenlan.orders.devices.device_remember"],
    # (request) → what tells this visitor from others today; empty for one that is not counted
    "visitor_of_today": ["wenlan.insights.visitors.visitor_of_today"],
    # () → (rule, subject, found) for each place where a room's rows and the ledger do not say the same
    "ledger_audit": [
        "wenlan.orders.audits.held_is_what_orders_say",
        "wenlan.orders.memberships.pool_is_what_periods_say",
        "wenlan.payments.audits.provider_accounts_are_what_payments_say",
        "wenlan.payments.payouts.audits.under_way_is_what_payouts_say",
    ],
    # (user) → Q over Document: those that are on the shelf for `user` and not for everybody
    "documents_opened_to": ["wenlan.orders.memberships.documents_opened_to"],
    # () → whether authors may publish for members alone
    "membership_is_offered": ["wenlan.orders.memberships.membership_is_offered"],
    # (user) → Q over Document: those that `user` bought and keeps, whatever became of them since
    "documents_kept_by": ["wenlan.orders.selectors.documents_bought_by"],
    # () → Prefetches: what is loaded with every document that stands in a list
    "documents_listed_with": ["wenlan.orders.selectors.prices_listed"],
    # (user, limit) → the numbers of the documents that `user` had to do with last
    "documents_used_by": [
        "wenlan.orders.selectors.documents_bought_last_by",
        "wenlan.insights.selectors.documents_opened_by",
    ],
    # (document numbers, people, limit) → a reason of `similarity.related.Reason`, and what else at least so many people
    # who had to do with one of the documents had to do with in the same way, by how many
    "documents_used_with": [
        "wenlan.orders.selectors.documents_bought_with",
        "wenlan.insights.selectors.documents_opened_with",
    ],
    # (document_id) → True when a reader keeps the document, which then keeps its file
    "document_is_kept": ["wenlan.orders.selectors.document_is_kept"],
    # (revision_id) → True when a decision refers to the revision, which then stays when another takes its place
    "revision_is_on_record": ["wenlan.trust.selectors.revision_was_reviewed"],
    # (user, document) → True when every page and the original are this reader's
    "reader_is_entitled": ["wenlan.orders.selectors.reader_is_entitled"],
    # (document_ids) → {signal of search.ranking: {document_id: count}}, what tells good documents from bad ones
    "quality_signals": [
        "wenlan.documents.selectors.quality_signals",
        "wenlan.conversion.signals.quality_signals",
        "wenlan.orders.selectors.quality_signals",
        "wenlan.insights.selectors.quality_signals",
        "wenlan.similarity.selectors.quality_signals",
        "wenlan.trust.selectors.quality_signals",
    ],
}

# ── Database, cache, queue, files ─────────────────────────────────────────────────────────────────────────
DATABASE_URL = env.text("DATABASE_URL", f"sqlite:///{DATA_DIR / 'wenlan.sqlite3'}")
DATABASES: dict[str, dict[str, Any]] = {"default": environ.Env.db_url_config(DATABASE_URL)}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        # A transaction that will write takes the write lock at its start, so that two of them queue up
        # instead of failing when the second tries to upgrade its read lock.
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        # Each thread keeps its connection and with it its cache, here of 4 MB.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-4000;",
    }
    # Opening the file and its schema anew costs more than most pages' queries.
    DATABASES["default"]["CONN_MAX_AGE"] = None
    Path(DATABASES["default"]["NAME"]).parent.mkdir(parents=True, exist_ok=True)
elif DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
else:
    raise ConfigurationError("DATABASE_URL must begin with sqlite:/// or postgresql://")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES: dict[str, dict[str, Any]] = {
    "default": environ.Env.cache_url_config(env.text("CACHE_URL", "dbcache://wenlan_cache")),
    # For what is dear to work out and about which two processes may disagree for some minutes.
    "process": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 5000},
    },
}
if CACHES["default"]["BACKEND"].rpartition(".")[2] in {"DatabaseCache", "LocMemCache", "FileBasedCache"}:
    # These throw valid entries away above 300, and with them who tried how many passwords. The others, servers
    # of their own, know no such option.
    CACHES["default"].setdefault("OPTIONS", {}).setdefault("MAX_ENTRIES", 100_000)
SESSION_ENGINE = "django.contrib.sessions.backends.db"

TASKS = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend",
        "QUEUES": ["default", "conversion", "index", "mail"],
    }
}
WORKER_PROCESSES = env.integer("WENLAN_WORKER_PROCESSES", 0)
"""Worker processes of `wenlan worker`; 0 means as many as the machine has cores."""
CLAIM_SECONDS = env.integer("WENLAN_CLAIM_SECONDS", 60, minimum=5)
"""How long a worker owns a piece of work without a sign of life before another may take it over."""
WENLAN_SWEEPS = [
    "wenlan.conversion.services.revisions_sweep",
    "wenlan.documents.services.incoming_sweep",
    "wenlan.documents.services.originals_sweep",
    "wenlan.documents.services.previews_sweep",
    "wenlan.search.services.index_sweep",
    "wenlan.search.standing.standings_sweep",
    "wenlan.search.history.searches_sweep",
    "wenlan.similarity.services.comparisons_sweep",
    "wenlan.similarity.title_checks.titles_sweep",
    "wenlan.similarity.digests.digests_sweep",
    "wenlan.orders.services.orders_sweep",
    "wenlan.orders.services.memberships_sweep",
    "wenlan.orders.services.share_sweep",
    "wenlan.orders.services.checkouts_sweep",
    "wenlan.orders.services.posters_sweep",
    "wenlan.ledger.audits.audits_sweep",
    "wenlan.accounts.services.mail_sweep",
    "wenlan.payments.sweeping.payments_sweep",
    "wenlan.payments.sweeping.events_sweep",
    "wenlan.insights.services.visitors_sweep",
    "wenlan.trust.page_problems.page_problems_sweep",
]
"""Functions that `wenlan worker` calls every few seconds: they ring for forgotten work and clear up."""

STORAGES = {
    # Originals and page images: never under the web root, only through views that ask who is reading.
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        # The group may read, in case it has nginx in it; it comes this far only when the data folder lets it.
        "OPTIONS": {
            "location": DATA_DIR / "files",
            "base_url": None,
            "file_permissions_mode": 0o640,
            "directory_permissions_mode": 0o750,
        },
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

SEARCH_INDEX_DIR = env.folder("WENLAN_SEARCH_INDEX_DIR", DATA_DIR / "search")
SEARCH_URLS = env.servers("WENLAN_SEARCH_URL")
"""Nodes of the OpenSearch that has the index, which without any is in the folder."""
SEARCH_INDEX_NAME = env.text("WENLAN_SEARCH_INDEX_NAME", "wenlan")
if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,99}", SEARCH_INDEX_NAME):
    raise ConfigurationError(
        f"WENLAN_SEARCH_INDEX_NAME is {SEARCH_INDEX_NAME!r}; write small letters, digits, - and _."
    )
SEARCH_CA_FILE = env.file("WENLAN_SEARCH_CA_FILE")
"""Vouches for the certificate of OpenSearch in place of the authorities that are known everywhere."""

# ── People ────────────────────────────────────────────────────────────────────────────────────────────────
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "wenlan.accounts.passwords.PasswordValidator", "OPTIONS": {"min_length": 10}},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "web:home"
ACCOUNT_ADAPTER = "wenlan.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "wenlan.accounts.forms.SignupForm"
ACCOUNT_FORMS = {
    "add_email": "wenlan.accounts.allauth_forms.NewAddressForm",
    "change_password": "wenlan.accounts.allauth_forms.OtherPasswordForm",
    "reset_password_from_key": "wenlan.accounts.allauth_forms.NewPasswordForm",
}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_CHANGE_EMAIL = True  # one address each; the new one counts once it is confirmed
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
# Failures from one address, and failures at one account from anywhere; those at one account from one address,
# which come first, are counted by the adapter.
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,50/5m/key"}

# ── Mail ──────────────────────────────────────────────────────────────────────────────────────────────────
MAIL_DIR = DATA_DIR / "mail"
EMAIL_URL = env.text("EMAIL_URL", f"filemail:///{MAIL_DIR}")
vars().update(environ.Env.email_url_config(EMAIL_URL))
if EMAIL_URL.startswith("filemail:"):
    EMAIL_FILE_PATH = MAIL_DIR
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = env.text("WENLAN_FROM_EMAIL", "Wenlan <wenlan@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# ── Language and time ─────────────────────────────────────────────────────────────────────────────────────
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]  # each in its own words
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_TZ = True
TIME_ZONE = env.text("WENLAN_TIME_ZONE", "Asia/Shanghai")

# ── Documents ─────────────────────────────────────────────────────────────────────────────────────────────
UPLOAD_MAX_BYTES = env.integer("WENLAN_UPLOAD_MAX_BYTES", 200 * 1024 * 1024, minimum=1)
KEEP_FREE_BYTES = env.integer("WENLAN_KEEP_FREE_BYTES", 256 * 1024 * 1024)
"""Room on the disk that uploads and conversions leave to the database."""
UPLOADS_PER_DAY = env.integer("WENLAN_UPLOADS_PER_DAY", 500, minimum=1)
PAGE_PROBLEM_ADDRESS_DAYS = env.integer("WENLAN_PAGE_PROBLEM_ADDRESS_DAYS", 90, minimum=1)
"""How long the address is kept that a stranger left with a page that looks wrong, when nobody settles it."""
FILE_UPLOAD_HANDLERS = ["wenlan.documents.uploads.BoundedUploadHandler"]
FILE_UPLOAD_TEMP_DIR = DATA_DIR / "incoming"  # beside the files folder, so that storing a file is a rename
FILE_UPLOAD_TEMP_DIR.mkdir(parents=True, exist_ok=True)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
SEARCHES_PER_MINUTE = env.integer("WENLAN_SEARCHES_PER_MINUTE", 60, minimum=1)
"""Of one person, or of one address without an account, in each process of the site."""
QUALITY_WEIGHT_PERCENT = env.integer("WENLAN_QUALITY_WEIGHT_PERCENT", 20, maximum=50)
"""How much the best of documents gains by its quality over its fit, and the worst loses; see `search.ranking`."""
SUGGESTIONS_PER_MINUTE = env.integer("WENLAN_SUGGESTIONS_PER_MINUTE", 300, minimum=1)
"""The same for suggestions while somebody types."""
POPULAR_SEARCH_VISITORS = env.integer("WENLAN_POPULAR_SEARCH_VISITORS", 3, minimum=2)
"""Different visitors who must have searched for something before others are told."""
SEARCHES_KEPT_DAYS = env.integer("WENLAN_SEARCHES_KEPT_DAYS", 180, minimum=1)
"""How long it is kept how often something was searched for, after the last time."""
DEFAULT_PREVIEW_PAGES = env.integer("WENLAN_DEFAULT_PREVIEW_PAGES", 3)
COPY_STRENGTH_MIN = env.integer("WENLAN_COPY_STRENGTH_MIN", 6, minimum=1)
"""Pairs of words that two texts must have to themselves before they are called copies of each other."""
COPY_SHARE_MIN_PERCENT = env.integer("WENLAN_COPY_SHARE_MIN_PERCENT", 15, maximum=100)
"""So much of one of the two texts must be in the other."""
COPY_RULES = {
    kind: env.steps(name, "review", choices=("refuse", "warn", "review", "ignore"))
    for kind, name in {
        "same_text": "WENLAN_COPY_RULE_SAME_TEXT",
        "part": "WENLAN_COPY_RULE_PART",
        "passages": "WENLAN_COPY_RULE_PASSAGES",
        "taken_down": "WENLAN_COPY_RULE_TAKEN_DOWN",
        "own": "WENLAN_COPY_RULE_OWN",
    }.items()
}
"""What becomes of a text by what it has in common with an earlier one (see similarity/rules.py)."""
TITLE_CHECKS_IGNORED = env.items("WENLAN_TITLE_CHECKS_IGNORED")
"""Kinds of `similarity.engine.promises` that this site does not want to hear of."""
CONVERSION_JOBS_DIR = DATA_DIR / "jobs"
"""Where conversions work; beside the files folder, so that storing a page image is a rename."""
CONVERSION_SECONDS = env.integer("WENLAN_CONVERSION_SECONDS", 240, minimum=1)
"""How long the conversion of one file may take before it is given up."""
CONVERSION_CRASH_LIMIT = 3
"""Workers that died over one file before it is put into quarantine."""

CLAMD = env.socket("WENLAN_CLAMD")
"""Where ClamAV's daemon listens; None scans no file for viruses."""
CLAMD_REQUIRED = env.boolean("WENLAN_CLAMD_REQUIRED", default=True)
"""Refuses what the scanner did not look into; else such a file is taken, with a warning in the log."""

# The engine reads these from the environment itself, since `wenlan convert` runs without settings.
for _name in ("WENLAN_FONTS_DIR", "WENLAN_CACHE_DIR", "WENLAN_SOFFICE"):
    env.text(_name)
env.boolean("WENLAN_UNSAFE_NO_SANDBOX")

# ── Money and delivery ────────────────────────────────────────────────────────────────────────────────────
CURRENCY = env.choice("WENLAN_CURRENCY", "CNY", choices=("CNY", "USD", "EUR", "HKD", "TWD", "JPY"))
HOUSE_FEE_BASIS_POINTS = env.integer("WENLAN_HOUSE_FEE_BASIS_POINTS", 0, maximum=10_000)
COMMISSION_BASIS_POINTS_MAX = env.integer("WENLAN_COMMISSION_BASIS_POINTS_MAX", 5_000, maximum=10_000)
"""The most that authors can leave to who brings them a buyer; without a choice of theirs it is nothing."""
SHARE_DAYS = env.integer("WENLAN_SHARE_DAYS", 30, minimum=1, maximum=365)
"""How long a purchase is put down to the share link that was followed last."""
HOLD_DAYS = env.integer("WENLAN_HOLD_DAYS", 7, maximum=365)
"""How long the income from a sale is held, so that a complaint finds it still there."""
MEMBERSHIP_POOL_BASIS_POINTS = env.integer("WENLAN_MEMBERSHIP_POOL_BASIS_POINTS", 7000, maximum=10_000)
"""The part of what members pay that goes to the authors of what they take."""
PRICE_MAX_MINOR = env.integer("WENLAN_PRICE_MAX_MINOR", 1_000_000, maximum=10**12)
TOP_UP_MAX_MINOR = env.integer("WENLAN_TOP_UP_MAX_MINOR", 1_000_000, minimum=1)
PAYMENT_PROVIDERS = env.items("WENLAN_PAYMENT_PROVIDERS")
"""Providers offered for top-ups; `simulated` moves no real money and stands only in demos and tests."""
PAYMENT_TIMEOUT_SECONDS = env.integer("WENLAN_PAYMENT_TIMEOUT_SECONDS", 10, minimum=1, maximum=60)
"""How long a provider may take to answer before a payment waits for it."""
STRIPE_SECRET_KEY = env.text("WENLAN_STRIPE_SECRET_KEY")
STRIPE_WEBHOOK_SECRET = env.text("WENLAN_STRIPE_WEBHOOK_SECRET")
STRIPE_API_URL = env.web_address("WENLAN_STRIPE_API_URL", "https://api.stripe.com")
WECHAT_APP_ID = env.text("WENLAN_WECHAT_APP_ID")
WECHAT_MERCHANT_ID = env.text("WENLAN_WECHAT_MERCHANT_ID")
WECHAT_MERCHANT_SERIAL = env.text("WENLAN_WECHAT_MERCHANT_SERIAL")
"""Serial number of the merchant's own certificate, whose key is the private one."""
WECHAT_PRIVATE_KEY_FILE = env.file("WENLAN_WECHAT_PRIVATE_KEY_FILE")
WECHAT_API_KEY = env.text("WENLAN_WECHAT_API_KEY")
"""The APIv3 key, 32 characters, with which WeChat encrypts what it tells."""
WECHAT_PUBLIC_KEY_FILE = env.file("WENLAN_WECHAT_PUBLIC_KEY_FILE")
WECHAT_PUBLIC_KEY_ID = env.text("WENLAN_WECHAT_PUBLIC_KEY_ID")
WECHAT_PHONE_PAY = env.boolean("WENLAN_WECHAT_PHONE_PAY")
"""H5 payment in the browser of a phone, which WeChat grants to a merchant apart; without it phones get the QR code."""
WECHAT_API_URL = env.web_address("WENLAN_WECHAT_API_URL", "https://api.mch.weixin.qq.com")
ALIPAY_APP_ID = env.text("WENLAN_ALIPAY_APP_ID")
ALIPAY_PRIVATE_KEY_FILE = env.file("WENLAN_ALIPAY_PRIVATE_KEY_FILE")
ALIPAY_PUBLIC_KEY_FILE = env.file("WENLAN_ALIPAY_PUBLIC_KEY_FILE")
ALIPAY_API_URL = env.web_address("WENLAN_ALIPAY_API_URL", "https://openapi.alipay.com/gateway.do")
PAYOUT_METHODS = env.items("WENLAN_PAYOUT_METHODS", "bank,alipay")
"""Ways by which the operator pays authors: bank, alipay, wechat; none pays nothing out."""
PAYOUT_IDENTITY = env.items("WENLAN_PAYOUT_IDENTITY")
"""What an author has to tell before they are paid: identity_number, address."""
PAYOUT_MIN_MINOR = env.integer("WENLAN_PAYOUT_MIN_MINOR", 1000, minimum=1)
PAYOUT_FEE_MINOR = env.integer("WENLAN_PAYOUT_FEE_MINOR", 0)
PAYOUT_FEE_BASIS_POINTS = env.integer("WENLAN_PAYOUT_FEE_BASIS_POINTS", 0, maximum=5_000)
"""Kept of a payout, besides what each one costs."""
PAYOUT_SECOND_APPROVAL_MINOR = env.integer("WENLAN_PAYOUT_SECOND_APPROVAL_MINOR", 500_000)
"""A payout of more than this is approved by two people; 0 never asks for the second."""
TAX_BASIS_POINTS = env.integer("WENLAN_TAX_BASIS_POINTS", 0, maximum=10_000)
"""The tax that prices and fees include; above 0 receipts, statements and the income of the house say how much it is."""
PDF_FONT = env.text("WENLAN_PDF_FONT", "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc")
"""A TrueType font with Chinese characters, from which statements and receipts embed those they use."""
DOWNLOAD_LINK_SECONDS = env.integer("WENLAN_DOWNLOAD_LINK_SECONDS", 900, minimum=10)
ACCEL_REDIRECT_PREFIX = env.text("WENLAN_ACCEL_REDIRECT_PREFIX")
"""Internal location of the web server in front (`/protected/`) that serves the files folder; empty: we send."""

# ── The demo ──────────────────────────────────────────────────────────────────────────────────────────────
DEMO = env.boolean("WENLAN_DEMO")
"""Shows the sent mail at /dev/mail/ and offers the simulated payment; never on a site with real readers."""
if DEMO:
    for _name, _host in [
        ("WENLAN_SITE_URL", str(urlsplit(SITE_URL).hostname)),
        *(("WENLAN_ALLOWED_HOSTS", host) for host in ALLOWED_HOSTS),
    ]:
        if not is_loopback(_host):
            raise ConfigurationError(
                f"WENLAN_DEMO is for this machine alone, and {_name} names {_host!r}: everybody could read all mail"
                " and fill their wallet. Write 0, or nothing but localhost."
            )
    PAYMENT_PROVIDERS = PAYMENT_PROVIDERS or ["simulated"]

# ── Security ──────────────────────────────────────────────────────────────────────────────────────────────
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = env.integer("WENLAN_HSTS_SECONDS", 3600 if HTTPS else 0)
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
if env.boolean("WENLAN_BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1  # the address that the proxy itself wrote last into X-Forwarded-For
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "frame-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

LOG_LEVEL = env.choice("WENLAN_LOG_LEVEL", "INFO", choices=("DEBUG", "INFO", "WARNING", "ERROR"))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        "django_tasks": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
        # It tells of each request, with what a reader asked for; what fails we tell ourselves.
        "opensearch": {"level": "CRITICAL"},
        "opensearchpy": {"level": "CRITICAL"},
        # Two lines about each call, which say no more than that there was one.
        "stripe": {"level": "WARNING"},
        # Any stranger can send any host name; it is refused, and thirty lines about each would fill the disk.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}
