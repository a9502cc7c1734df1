"""The demo library: its documents go the way every document goes, uploaded and reviewed over HTTP."""

from __future__ import annotations

import tempfile
from pathlib import Path

from wenlan.demo import documents, people
from wenlan.demo.actors import Details, Reader, Reviewer, Writer
from wenlan.demo.site import Site
from wenlan.demo.steps import Steps

#: One document stays in the queue, so that the reviewer of the demo has something to decide.
LEFT_TO_REVIEW = 1


def create_categories() -> None:
    """Store the shelves that are not there yet."""
    from wenlan.documents.models import Category

    for position, category in enumerate(documents.CATEGORIES, start=1):
        Category.objects.get_or_create(
            slug=category.slug,
            defaults={"name_zh": category.name_zh, "name_en": category.name_en, "position": position},
        )


def create_plans() -> None:
    """What operators offer: two memberships."""
    from wenlan.orders.models import Plan

    for name, period, price_minor, included, discount, words in (
        ("月度会员 Monthly", Plan.Period.MONTH, 1800, 5, 1000, "备考写材料的一个月 · For a busy month"),
        (
            "年度会员 Yearly",
            Plan.Period.YEAR,
            15800,
            80,
            2000,
            "平均每月不到 14 元 · For those who read all year",
        ),
    ):
        Plan.objects.get_or_create(
            name=name,
            defaults={
                "period": period,
                "price_minor": price_minor,
                "currency": "CNY",
                "included_downloads": included,
                "discount_basis_points": discount,
                "description": words,
            },
        )


def missing() -> list[documents.DemoDocument]:
    """Documents of the demo that are not in the library, by title."""
    from wenlan.documents.models import Document

    present = set(Document.objects.exclude(state=Document.State.DRAFT).values_list("title", flat=True))
    return [document for document in documents.DOCUMENTS if document.title not in present]


def details_of(document: documents.DemoDocument) -> Details:
    whole = document.preview_pages is None
    category = next(c for c in documents.CATEGORIES if c.slug == document.category)
    return Details(
        title=document.title,
        description=document.description,
        category=category.name_en,
        tags=", ".join(document.tags),
        price=f"{document.price_minor / 100:.2f}",
        preview_kind="whole" if whole else "pages",
        preview_pages="1" if whole else str(document.preview_pages),
    )


def fill(site: Site, *, password: str, steps: Steps) -> None:
    """Bring in what is missing. A start that was interrupted is taken up where it stopped."""
    if wanted := missing():
        with tempfile.TemporaryDirectory(prefix="wenlan-demo-") as name:
            folder = Path(name)
            with steps.step(f"Writing {len(documents.DOCUMENTS)} documents") as step:
                documents.write_all(
                    folder, on_progress=lambda n, of, key: steps.progress(f"{n} of {of}: {key}")
                )
                size = sum(file.stat().st_size for file in folder.iterdir())
                step.detail = f"{size / 1_000_000:.1f} MB"
            with steps.step("Uploading and describing them as their authors"):
                _upload_all(site, folder, wanted, password=password, steps=steps)
    waiting = _waiting_for_review()
    if not waiting:
        return
    with steps.step("Waiting for the previews") as step:
        pages = _wait_for_previews(site, waiting, password=password, steps=steps)
        step.detail = f"{pages} pages"
    with steps.step("Publishing them as a reviewer"):
        reviewer = Reviewer(site.address, email=people.REVIEWER.email, password=password)
        reviewer.sign_in()
        for number, (document_id, _email) in enumerate(waiting, start=1):
            reviewer.publish(document_id)
            steps.progress(f"{number} of {len(waiting)}")
    with steps.step("Reading, keeping and buying some as readers"):
        _use(site, sorted(document_id for document_id, _email in waiting), password=password)


def _use(site: Site, published: list[int], *, password: str) -> None:
    """Give the library a little life: everybody opens some documents, Bob keeps some and buys some."""
    from wenlan.documents.models import Document

    for step, person in enumerate((people.READER, people.REVIEWER, *people.WRITERS), start=1):
        reader = Reader(site.address, email=person.email, password=password)
        reader.sign_in()
        for document_id in published[::step]:
            reader.open(f"/d/{document_id}/")
    bob = Reader(site.address, email=people.READER.email, password=password)
    bob.sign_in()
    for document_id in published[1:14:3]:
        bob.keep(document_id)
    bob.top_up("50.00")
    priced = Document.objects.filter(pk__in=published, price_minor__range=(1, 1000)).order_by("pk")
    for document_id in priced.values_list("pk", flat=True)[:4]:
        bob.buy(document_id)
    free = Document.objects.filter(pk__in=published, price_minor=0).order_by("pk")
    for document_id in free.values_list("pk", flat=True)[:2]:
        bob.buy(document_id)
    _use_membership(site, bob, [document.pk for document in priced[4:8]], password=password)


def _use_membership(site: Site, reader: Reader, opened: list[int], *, password: str) -> None:
    """Authors let members take some documents; a reader becomes a member and takes the first."""
    from wenlan.documents.models import Document

    writers = _writers(site, password)
    for document_id, email in Document.objects.filter(pk__in=opened).values_list("pk", "author__email"):
        writers[email].open_to_members(document_id)
    reader.become_member()
    for document_id in opened[:1]:
        reader.take_as_member(document_id)


def _waiting_for_review() -> list[tuple[int, str]]:
    """Number and author's e-mail of the demo's documents in the queue, but for those left to the demo's reviewer."""
    from wenlan.documents.models import Document

    published = [document.title for document in documents.DOCUMENTS[:-LEFT_TO_REVIEW]]
    waiting = Document.objects.filter(state=Document.State.IN_REVIEW, title__in=published).order_by("-pk")
    return list(waiting.values_list("pk", "author__email"))


def _writers(site: Site, password: str) -> dict[str, Writer]:
    """The demo's authors by e-mail, signed in."""
    writers = {
        person.email: Writer(site.address, email=person.email, password=password) for person in people.WRITERS
    }
    for writer in writers.values():
        writer.sign_in()
    return writers


def _upload_all(
    site: Site, folder: Path, wanted: list[documents.DemoDocument], *, password: str, steps: Steps
) -> None:
    """Upload each and send it to review."""
    from wenlan.documents.models import Document
    from wenlan.documents.services import document_delete

    for half_done in Document.objects.filter(
        state=Document.State.DRAFT, author__email__in=[person.email for person in people.WRITERS]
    ).select_related("author"):  # an interrupted start left these
        document_delete(actor=half_done.author, document_id=half_done.pk)
    writers = _writers(site, password)
    for number, document in enumerate(wanted, start=1):
        writer = writers[people.WRITERS[document.author].email]
        document_id = writer.upload(folder / document.file_name)
        writer.describe(document_id, details_of(document))
        steps.progress(f"{number} of {len(wanted)}: {document.title}")


def _wait_for_previews(site: Site, waiting: list[tuple[int, str]], *, password: str, steps: Steps) -> int:
    writers = _writers(site, password)
    pages = 0
    for number, (document_id, email) in enumerate(waiting, start=1):
        pages += writers[email].wait_for_preview(document_id)
        steps.progress(f"{number} of {len(waiting)}")
    return pages
