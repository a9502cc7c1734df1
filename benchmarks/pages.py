"""Requests per second and p95 of the pages readers meet, beside a bare Django view with one query on the same server.

The library holds some thousand documents of five pages; the readers are strangers with keep-alive connections. The number
of SQL queries of each page is counted in a library of 1 and of all documents.
"""

from __future__ import annotations

import argparse
import secrets
import tempfile
from pathlib import Path

from benchmarks._measure import load, progress, table
from wenlan.demo.site import Site, free_port

WORDS = [
    "工作",
    "总结",
    "计划",
    "教育",
    "管理",
    "技术",
    "报告",
    "市场",
    "分析",
    "安全",
    "生产",
    "学习",
    "研究",
    "设计",
    "方案",
    "合同",
    "健康",
    "旅行",
    "自然",
    "科学",
]


def fill(count: int) -> int:
    """Store `count` published documents with text and index them. Returns the number of the last."""
    from django.core.files.base import ContentFile
    from django.core.files.storage import default_storage
    from django.utils import timezone

    from wenlan.accounts.models import User
    from wenlan.documents.models import Category, Document, Page, Revision
    from wenlan.search.services import index_rebuild

    author = User.objects.create_user("bench@example.com", None, display_name="Bench", is_author=True)
    category, _ = Category.objects.get_or_create(
        slug="bench", defaults={"name_zh": "测试", "name_en": "Bench"}
    )
    default_storage.save("originals/bench.doc", ContentFile(b"bench"))
    now = timezone.now()
    documents = Document.objects.bulk_create(
        Document(
            author=author,
            category=category,
            title=f"{''.join(secrets.choice(WORDS) for _ in range(4))} {number}",
            title_is_guess=False,
            currency="CNY",
            price_minor=(number % 3) * 200,
        )
        for number in range(count)
    )
    revisions = Revision.objects.bulk_create(
        Revision(
            document=document,
            uploader=author,
            file="originals/bench.doc",
            original_name="bench.doc",
            sha256=f"{document.pk:064x}",
            size_bytes=5,
            format="doc",
            media_type="application/msword",
            state="ready",
            page_count=5,
            pages_done=5,
        )
        for document in documents
    )
    Page.objects.bulk_create(
        (
            Page(
                revision=revision,
                number=number,
                width_points=595,
                height_points=842,
                text=(text := " ".join("".join(secrets.choice(WORDS) for _ in range(8)) for _ in range(12))),
                lines=[[line, 90, 90 + 24 * row, 400, 16] for row, line in enumerate(text.split(" "))],
                images=[
                    {"width": 720, "height": 1018, "name": "none", "bytes": 1, "media_type": "image/webp"}
                ],
            )
            for revision in revisions
            for number in range(1, 6)
        ),
        batch_size=500,
    )
    for document, revision in zip(documents, revisions, strict=True):
        document.current_revision, document.state, document.published_at = revision, "published", now
    Document.objects.bulk_update(documents, ["current_revision", "state", "published_at"], batch_size=200)
    index_rebuild()
    return documents[-1].pk


def queries(paths: dict[str, str]) -> dict[str, int]:
    """SQL queries of each page, the second time it is asked for, as a stranger."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client, counts = Client(HTTP_HOST="localhost"), {}
    for name, path in paths.items():
        if client.get(path).status_code != 200:
            raise SystemExit(f"{path} does not answer")
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get(path)
        counts[name] = len(captured)
    return counts


def main() -> int:
    parser = argparse.ArgumentParser(prog="script/bench pages", description=__doc__)
    parser.add_argument("--documents", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--readers", type=int, default=8)
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="wenlan-bench-") as name,
        Site(data=Path(name), port=free_port(), workers=1) as site,
    ):
        site.environment["DJANGO_SETTINGS_MODULE"] = "benchmarks._bare_settings"
        site.environment["PYTHONPATH"] = str(Path(__file__).resolve().parents[1])
        site.run("setup")
        site.configure_this_process()
        progress("one document")
        last = fill_paths(fill(1))
        few = queries(last)
        progress(f"{options.documents} documents")
        paths = fill_paths(_fill_again(options.documents))
        many = queries(paths)
        site.start()
        rows = [
            [
                "page",
                "queries at 1",
                f"queries at {options.documents}",
                "requests/s",
                "p50, ms",
                "p95, ms",
                "of bare",
            ]
        ]
        bare = None
        for label, path in {"bare view, one query": "/bare/", **paths}.items():
            progress(label)
            load(site.address + path, seconds=1, readers=options.readers)
            seen = load(site.address + path, seconds=options.seconds, readers=options.readers)
            bare = bare or seen
            if seen.errors:
                raise SystemExit(f"{label}: {seen.errors} requests failed")
            rows.append(
                [
                    label,
                    str(few.get(label, 1)),
                    str(many.get(label, 1)),
                    f"{seen.requests_per_second:.0f}",
                    f"{seen.p50_ms:.0f}",
                    f"{seen.p95_ms:.0f}",
                    f"{seen.requests_per_second / bare.requests_per_second:.2f}",
                ]
            )
    print(f"{options.readers} readers at once, {options.seconds:.0f} s each\n\n{table(rows)}")
    return 0


def _fill_again(count: int) -> int:
    from wenlan.accounts.models import User
    from wenlan.documents.models import Document

    Document.objects.all().update(current_revision=None, state="draft")
    Document.objects.all().delete()
    User.objects.filter(email="bench@example.com").delete()
    return fill(count)


def fill_paths(document_id: int) -> dict[str, str]:
    return {
        "home": "/",
        "document": f"/d/{document_id}/",
        "category": "/c/bench/",
        "search, one word": "/search/?q=%E5%AE%89%E5%85%A8",
        "search, three words": "/search/?q=%E5%AE%89%E5%85%A8+%E6%8A%A5%E5%91%8A+%E7%AE%A1%E7%90%86",
    }


if __name__ == "__main__":
    raise SystemExit(main())
