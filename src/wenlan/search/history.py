"""What was searched for: by a reader, for them alone; by several people, for all; in vain, for the operator."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache, caches
from django.db import DatabaseError, OperationalError, transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from wenlan.accounts.limits import client_address
from wenlan.accounts.models import User
from wenlan.core.text import clean_line
from wenlan.core.visits import is_by_a_person
from wenlan.core.waiting import atomic_or_give_up
from wenlan.documents.selectors import documents_published
from wenlan.search.analysis import fold, query_of
from wenlan.search.index import search_index
from wenlan.search.models import CountedSearch, RecentSearch, Suggestion
from wenlan.search.names import searches_common
from wenlan.search.ports import SearchUnavailable
from wenlan.search.vocabulary import names_add, names_forget, tiers_refresh, typed

logger = logging.getLogger(__name__)

RECENT_KEPT = 20
RECENT_SHOWN = 6
POPULAR_SHOWN = 6
REPEATED_SECONDS = 600
"""The same search of the same visitor counts once in so long."""
WRITE_WAIT_MILLISECONDS = 100
POPULAR_MAX_CHARACTERS = 40
DIGITS_MAX = 6
"""A search with more digits may be the number of a person's telephone or papers, and is nobody else's business."""
FORGET_LIMIT = 1000
FIND_TIMEOUT_SECONDS = 0.5
_TIERS_EVERY_SECONDS = 24 * 60 * 60


# ── Writing down ──────────────────────────────────────────────────────────────────────────────────────────
def search_record(*, request: HttpRequest, text: str, found: int | None, meant: str = "") -> bool:
    """Count a search of this visitor, and remember it for a reader who is signed in; True if it was written down.

    What programs search for is not; `found` is None when the number says nothing of the library, which is not counted
    then. The page it belongs to waits for nobody who writes: what cannot be stored at once is forgotten.
    """
    text = clean_line(text)[:200]
    folded = folded_search(text)
    if not folded or not is_by_a_person(request):
        return False
    is_counted = found is not None and _is_first_of_late(request, folded)
    if not is_counted and not request.user.is_authenticated:
        return False
    try:
        with atomic_or_give_up(milliseconds=WRITE_WAIT_MILLISECONDS):
            if request.user.is_authenticated:
                _recent_add(request.user, text, folded)
            if is_counted and found is not None:
                _count(text, folded, visitor_mark(request, folded), found=found, meant=meant)
    except OperationalError as error:
        logger.info("A search was not counted: %s", error)
        return False
    except DatabaseError:
        logger.exception("A search could not be counted.")
        return False
    return True


def folded_search(text: str) -> str:
    """What two searches have in common that are the same: width, case, script and blanks do not count."""
    return " ".join(fold(text).split())[:200] if typed(text) else ""


def visitor_mark(request: HttpRequest, folded: str) -> int:
    """Two bytes that are the same when this visitor searches for the same again, and say nothing else.

    Keyed with the secret of the site and different for each search, so that neither a person nor what else they
    searched for can be found by it.
    """
    user = request.user
    who = f"user {user.pk}" if user.is_authenticated else f"address {client_address(request)}"
    return int.from_bytes(
        salted_hmac("wenlan.search.visitor", f"{who}\n{folded}", algorithm="sha256").digest()[:2], "big"
    )


def _is_first_of_late(request: HttpRequest, folded: str) -> bool:
    key = f"searched:{visitor_mark(request, folded)}:{hash(folded)}"
    return caches["process"].add(key, value=True, timeout=REPEATED_SECONDS)


def _recent_add(user: User, text: str, folded: str) -> None:
    RecentSearch.objects.update_or_create(
        user=user, folded=folded, defaults={"text": text, "searched_at": timezone.now()}
    )
    old = RecentSearch.objects.filter(user=user).values_list("pk", flat=True)[RECENT_KEPT:]
    RecentSearch.objects.filter(pk__in=list(old)).delete()


def _count(text: str, folded: str, mark: int, *, found: int, meant: str) -> None:
    CountedSearch.objects.bulk_create([CountedSearch(folded=folded, text=text)], ignore_conflicts=True)
    counted = CountedSearch.objects.select_for_update().get(folded=folded)
    counted.searched += 1
    counted.in_vain += not found
    counted.found = found
    counted.meant = meant[:200]
    counted.last_at = timezone.now()
    if not counted.is_common and mark not in counted.visitors:
        counted.visitors = [*counted.visitors, mark]
    if not counted.is_common and len(counted.visitors) >= settings.POPULAR_SEARCH_VISITORS:
        counted.is_common, counted.visitors = True, []
        counted.text = text
        if may_be_shown(counted):
            names_add({(Suggestion.Kind.SEARCH, counted.pk, counted.text)})
    counted.save()


def may_be_shown(counted: CountedSearch) -> bool:
    """Whether others may be shown a search: of several people, short, not hidden, and not a person's number or address."""
    return (
        counted.is_common
        and not counted.is_hidden
        and len(counted.text) <= POPULAR_MAX_CHARACTERS
        and "@" not in counted.folded
        and sum(character.isdigit() for character in counted.folded) <= DIGITS_MAX
    )


@transaction.atomic
def searches_hide(searches: QuerySet[CountedSearch], *, is_hidden: bool) -> int:
    """Show these searches to nobody, or to everybody again if they are common; returns how many."""
    numbers = list(searches.values_list("pk", flat=True))
    count = CountedSearch.objects.filter(pk__in=numbers).update(is_hidden=is_hidden)
    names_forget(Suggestion.Kind.SEARCH, numbers)
    shown = [counted for counted in CountedSearch.objects.filter(pk__in=numbers) if may_be_shown(counted)]
    names_add({(Suggestion.Kind.SEARCH, counted.pk, counted.text) for counted in shown})
    return count


# ── Forgetting ────────────────────────────────────────────────────────────────────────────────────────────
def recent_forget(*, user: User, number: int | None = None) -> int:
    """Forget one search of `user`, or all of them; somebody else's is not found."""
    searches = RecentSearch.objects.filter(user=user)
    if number is not None:
        searches = searches.filter(pk=number)
    return searches.delete()[0]


def searches_sweep() -> int:
    """Forget searches that nobody has made for SEARCHES_KEPT_DAYS; returns how many. Once a day, order suggestions anew."""
    before = timezone.now() - timedelta(days=settings.SEARCHES_KEPT_DAYS)
    numbers = list(
        CountedSearch.objects.filter(last_at__lt=before).values_list("pk", flat=True)[:FORGET_LIMIT]
    )
    if numbers:
        names_forget(Suggestion.Kind.SEARCH, numbers)
        CountedSearch.objects.filter(pk__in=numbers).delete()
    if cache.add("search:tiers", value=True, timeout=_TIERS_EVERY_SECONDS):
        tiers_refresh()
    return len(numbers)


# ── Reading ───────────────────────────────────────────────────────────────────────────────────────────────
def recent_searches(user: User | AnonymousUser, *, beginning: str = "") -> list[RecentSearch]:
    """What `user` searched for that begins so, the latest first; nothing for a stranger, whose browser keeps it."""
    if not user.is_authenticated:
        return []
    searches = RecentSearch.objects.filter(user=user)
    wanted = typed(beginning)
    return [recent for recent in searches if typed(recent.text).startswith(wanted)][:RECENT_SHOWN]


def popular_searches(*, limit: int = POPULAR_SHOWN) -> list[str]:
    """What several people searched for, the commonest first, if it finds something that everybody may see now."""
    common = searches_common().order_by("-searched", "pk")[: 3 * POPULAR_SHOWN]
    return still_finding([counted.text for counted in common if may_be_shown(counted)], limit=limit)


def still_finding(texts: list[str], *, limit: int) -> list[str]:
    """The first of these searches that find a published document at this moment."""
    finding: list[str] = []
    for text in texts:
        if len(finding) == limit:
            break
        if _finds(text):
            finding.append(text)
    return finding


def _finds(text: str) -> bool:
    try:
        hits = search_index().find(query_of(text), limit=10, timeout_seconds=FIND_TIMEOUT_SECONDS)
    except SearchUnavailable:
        return False
    return documents_published().filter(pk__in=hits.document_ids).exists()
