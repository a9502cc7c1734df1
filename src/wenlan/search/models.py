"""What the search index should hold beside what it does hold, how good documents are, and what people type."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wenlan.documents.models import Document


class Standing(models.Model):
    """How good a document is, by what the rooms that own the signals counted of it (`ranking` has the formula).

    A document without a row is neutral. The rows follow the counts with some delay, so that a search reads this one
    table instead of theirs.
    """

    document = models.OneToOneField(
        Document, verbose_name=_("document"), primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    quality = models.FloatField(_("quality"), default=0.0)
    """From −1 to 1."""
    signals = models.JSONField(_("signals"), default=dict)
    """The count of each signal by its name in `ranking.SIGNALS`; what was not counted is left out."""
    counted_at = models.DateTimeField(_("counted"), default=timezone.now)

    class Meta:
        verbose_name = _("standing of a document")
        verbose_name_plural = _("standings of documents")
        indexes = [models.Index(fields=["counted_at"], name="search_standings_due")]
        constraints = [
            models.CheckConstraint(
                condition=Q(quality__gte=-1, quality__lte=1), name="search_standing_within_bounds"
            )
        ]

    def __str__(self) -> str:
        return f"{self.document_id}: {self.quality:+.2f}"


class IndexState(models.Model):
    """Whether the index knows the newest state of one document.

    Each change that readers could notice raises `wanted_version`; a worker that has written the document
    into the index (or out of it) raises `indexed_version` to the version it saw. The row names its document
    by number alone, because it has to outlive it: a deleted document must still be taken out of the index.
    """

    document_id = models.PositiveBigIntegerField(_("document"), primary_key=True)
    wanted_version = models.PositiveIntegerField(_("wanted version"), default=0)
    indexed_version = models.PositiveIntegerField(_("version in the index"), default=0)
    requested_at = models.DateTimeField(_("asked for"), default=timezone.now)
    indexed_at = models.DateTimeField(_("written"), null=True, blank=True)

    class Meta:
        verbose_name = _("state in the search index")
        verbose_name_plural = _("states in the search index")
        ordering = ["requested_at"]
        indexes = [
            models.Index(
                fields=["requested_at"],
                condition=Q(wanted_version__gt=F("indexed_version")),
                name="search_wanted",
            )
        ]

    def __str__(self) -> str:
        return f"{self.document_id}: {self.indexed_version}/{self.wanted_version}"

    @property
    def is_current(self) -> bool:
        return self.indexed_version >= self.wanted_version


class Suggestion(models.Model):
    """A name that somebody may be typing: of a document, an author, a tag, a category, or a search of many.

    Derived from what it names, which it names by number alone: before it is shown, that is asked whether everybody
    may still see it, and whether it is still called so.
    """

    class Kind(models.TextChoices):
        SEARCH = "search", _("popular search")
        DOCUMENT = "document", _("document")
        TAG = "tag", _("tag")
        AUTHOR = "author", _("author")
        CATEGORY = "category", _("category")

    kind = models.CharField(max_length=10, choices=Kind)
    target_id = models.PositiveBigIntegerField()
    text = models.CharField(max_length=200)
    tier = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["kind", "target_id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "target_id", "text"], name="search_one_suggestion_each")
        ]

    def __str__(self) -> str:
        return self.text


class SuggestionKey(models.Model):
    """What one may type for a suggestion: its text from one of its words on, that in pinyin, or the initials.

    `tier` is the suggestion's, so that an index finds the foremost of those that begin alike. `syllables` stand with
    initials: each may be typed in part. `place` is the number of the word.
    """

    class Way(models.IntegerChoices):
        WRITTEN = 0
        SPOKEN = 1
        INITIALS = 2
        SELDOM_SPOKEN = 3
        """With a character read in another way than it is there, for those who type it so."""

    suggestion = models.ForeignKey(Suggestion, on_delete=models.CASCADE, related_name="keys")
    tier = models.PositiveSmallIntegerField(default=0)
    key = models.CharField(max_length=64)
    syllables = models.CharField(max_length=200, blank=True)
    place = models.PositiveSmallIntegerField(default=0)
    way = models.PositiveSmallIntegerField(choices=Way, default=Way.WRITTEN)

    class Meta:
        indexes = [
            models.Index(
                fields=["tier", "key"],
                name="search_suggestion_prefix",
                opclasses=["int2_ops", "varchar_pattern_ops"],
            )
        ]

    def __str__(self) -> str:
        return self.key


class Word(models.Model):
    """A word that stands in a title, a tag or a name of the library: what a misspelt one may have meant.

    Words stay when the last document that has them is gone; none is offered before somebody asked for a name that
    has it and everybody may see.
    """

    word = models.CharField(max_length=32, unique=True)

    def __str__(self) -> str:
        return self.word


class WordForm(models.Model):
    """What somebody may write for a word: itself, its sound in pinyin, or what is left of it without a letter or two."""

    word = models.ForeignKey(Word, on_delete=models.CASCADE, related_name="forms")
    form = models.CharField(max_length=64, db_index=True)

    def __str__(self) -> str:
        return self.form


class CountedSearch(models.Model):
    """How often something was searched for, and whether it was found; whom by is not kept.

    `visitors` are two bytes of a keyed hash for each of the first few different visitors, which tell repeats apart
    and nobody from thousands of others; they are erased once there were enough of them for `is_common`, and with the
    row. `folded` is what counts as the same search.
    """

    folded = models.CharField(_("compared as"), max_length=200, unique=True)
    text = models.CharField(_("search"), max_length=200)
    searched = models.PositiveIntegerField(_("times searched"), default=0)
    in_vain = models.PositiveIntegerField(_("times in vain"), default=0)
    found = models.PositiveIntegerField(_("found last"), default=0)
    meant = models.CharField(_("offered instead"), max_length=200, blank=True)
    first_at = models.DateTimeField(_("first searched"), default=timezone.now)
    last_at = models.DateTimeField(_("last searched"), default=timezone.now, db_index=True)
    visitors = models.JSONField(default=list, editable=False)
    is_common = models.BooleanField(_("searched by several"), default=False)
    is_hidden = models.BooleanField(
        _("hidden"), default=False, help_text=_("Never shown to others as a popular search.")
    )

    class Meta:
        verbose_name = _("search")
        verbose_name_plural = _("searches")
        ordering = ["-last_at"]
        indexes = [
            models.Index(
                fields=["-searched"],
                condition=Q(is_common=True, is_hidden=False, found__gt=0),
                name="search_popular",
            )
        ]

    def __str__(self) -> str:
        return self.text


class RecentSearch(models.Model):
    """Something that a signed-in reader searched for, for nobody but them."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recent_searches"
    )
    folded = models.CharField(max_length=200)
    text = models.CharField(max_length=200)
    searched_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-searched_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "folded"], name="search_one_recent_search_each")
        ]
        indexes = [models.Index(fields=["user", "-searched_at"], name="search_recent")]

    def __str__(self) -> str:
        return self.text
