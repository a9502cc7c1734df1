"""Texts of earlier versions are found when the tables change, also those whose words are gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.core.management import call_command
from django.db import connection

from tests.similarity.writing import prose
from wenlan.accounts.models import User
from wenlan.documents.models import Document
from wenlan.documents.services import document_delete, document_withdraw
from wenlan.similarity.engine import marks_of, wording_of
from wenlan.similarity.engine.marks import cut, keys_of, unpacked
from wenlan.similarity.models import Finding, Fingerprint, Mark, Sample

Upload = Callable[..., list[Finding]]


@pytest.fixture
def _up_to_date_afterwards() -> Iterator[None]:
    yield
    call_command("migrate", "similarity", verbosity=0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_up_to_date_afterwards")
def test_a_copy_of_a_text_that_was_here_before_is_found(upload: Upload, alice: User, mallory: User) -> None:
    for seed in (1, 2):
        upload(prose(seed, 40), author=alice)
    gone = Document.objects.earliest("pk")
    document_withdraw(actor=alice, document_id=gone.pk)
    document_delete(actor=alice, document_id=gone.pk)
    call_command("migrate", "similarity", "0004", verbosity=0)
    texts = dict(zip((1, 2), Fingerprint.objects.order_by("pk"), strict=True))
    all_of_them = {seed: marks_of(wording_of([prose(seed, 40)]).words) for seed in texts}
    for seed, marks in all_of_them.items():
        rows = [Mark(value=value, fingerprint=texts[seed]) for value in marks]
        Mark.objects.bulk_create(rows, ignore_conflicts=True)

    call_command("migrate", "similarity", verbosity=0)
    for seed, marks in all_of_them.items():
        assert set(Mark.objects.filter(fingerprint=texts[seed]).values_list("value", flat=True)) == keys_of(
            marks
        )
        assert unpacked(Sample.objects.get(fingerprint=texts[seed]).packed) == cut(marks)
    for seed in texts:
        (finding,) = upload(prose(seed, 40), author=mallory, content=b"%d" % seed)
        assert finding.earlier_share > 0.95
        assert (finding.marks_earlier is None) == (seed == 2)


@pytest.mark.django_db
def test_in_sqlite_the_table_of_marks_is_its_own_index() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("other databases keep rows and index apart")
    with connection.cursor() as cursor:
        cursor.execute(
            "EXPLAIN QUERY PLAN SELECT value, fingerprint_id FROM similarity_mark WHERE value = 1 ORDER BY fingerprint_id"
        )
        (plan,) = cursor.fetchall()
    assert plan[-1] == "SEARCH similarity_mark USING PRIMARY KEY (value=?)"
