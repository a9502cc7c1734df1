"""The marks of texts: a few rows by which each is looked up, and all of them in one piece."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set

from wenlan.similarity.engine.marks import keys_of, packed, unpacked
from wenlan.similarity.models import Fingerprint, Mark, Sample


def marks_keep(fingerprint: Fingerprint, marks: Set[int]) -> None:
    """Put these marks in the place of those of the text before; in the transaction that holds the text."""
    Mark.objects.filter(fingerprint=fingerprint).delete()
    Mark.objects.bulk_create(
        (Mark(value=value, fingerprint=fingerprint) for value in sorted(keys_of(marks))),
        batch_size=400,
        ignore_conflicts=True,
    )
    Sample.objects.update_or_create(fingerprint=fingerprint, defaults={"packed": packed(marks)})


def samples_of(numbers: Iterable[int]) -> Iterator[tuple[int, frozenset[int]]]:
    """The number and the cut marks of those of these texts that have been compared, one after the other."""
    samples = Sample.objects.filter(pk__in=list(numbers)).values_list("pk", "packed")
    for number, marks in samples.iterator(chunk_size=50):
        yield number, unpacked(marks)
