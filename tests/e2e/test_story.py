"""A document's whole way in the browser: from an author's disk to a reader's, and the money back to the author."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.accounts.conftest import Inbox
from tests.conftest import PASSWORD
from tests.e2e.conftest import Visit, write_docx
from tests.e2e.visitors import Visitor, until
from wenlan.accounts.models import User
from wenlan.documents.models import Category, Document

pytestmark = [pytest.mark.browser, pytest.mark.engine, pytest.mark.timeout(300)]

TITLE = "海港年度工作总结"
SEEN = "防波堤在台风季节之前全部修缮完毕，码头吞吐量比上年增长。"
UNSEEN = "第二季度灯塔更换了新的透镜组，费用另行列支。"
PAGES = [[TITLE, SEEN], ["灯塔", UNSEEN], ["展望", "来年疏浚主航道。"]]


def test_alice_writes_carol_reviews_bob_buys_and_alice_is_paid(
    visit: Visit,
    inbox: Inbox,
    post: Callable[[], int],
    start_worker: Callable[[], None],
    category: Category,
    carol: User,
    bob: User,
    tmp_path: Path,
) -> None:
    original = tmp_path / "总结.docx"
    write_docx(original, PAGES)

    alice = visit()
    _sign_up(alice.page, "ada@example.com", inbox, post)
    _become_author(alice.page)
    _drop_two_files(alice, original)
    _watch_the_conversion(alice.page, start_worker)
    _describe_and_submit(alice.page, category)
    document = Document.objects.get()
    assert (document.title, document.state, document.price_minor) == (TITLE, "in_review", 400)

    _review_and_publish(visit(carol).page)
    until("The mail about the publication", lambda: _mail_about(inbox, TITLE))

    reader = visit(bob)
    _find(reader.page, document)
    _read_the_preview(reader, document)
    _buy(reader.page)
    _download(reader.page, original.read_bytes())
    _own(reader.page)

    _see_the_income(alice.page)


def _sign_up(page: Page, email: str, inbox: Inbox, post: Callable[[], int]) -> None:
    page.goto("/")
    page.get_by_role("link", name="Sign in").first.click()
    page.get_by_role("link", name="Create an account").first.click()
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Name shown to others").fill("Ada")
    page.get_by_role("button", name="Create the account").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Create an account")
    assert post() == 1
    (link,) = re.findall(r"http://\S+/confirm-email/\S+", inbox.last_text)
    page.goto(link)
    page.get_by_role("button", name="Yes, confirm").click()
    page.goto("/account/login/?next=/upload/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


def _become_author(page: Page) -> None:
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Become an author").click()
    expect(page.locator("upload-list form")).to_be_visible()


def drop(page: Page, files: dict[str, bytes]) -> None:
    """Let files fall onto the sheet of the upload page, as a file manager would."""
    carried = page.evaluate_handle(
        """(files) => {
          const transfer = new DataTransfer();
          for (const [name, content] of files) {
            const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
            transfer.items.add(new File([bytes], name));
          }
          return transfer;
        }""",
        [[name, base64.b64encode(content).decode()] for name, content in files.items()],
    )
    form = page.locator("upload-list form")
    for event in ("dragover", "drop"):
        form.dispatch_event(event, {"dataTransfer": carried})


def _drop_two_files(alice: Visitor, original: Path) -> None:
    alice.expected_statuses = {422}
    program = (
        b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff"
        + b"This program cannot be run in DOS mode." * 40
    )
    drop(alice.page, {original.name: original.read_bytes(), "合同.docx": program})
    good, bad = (
        alice.page.get_by_role("listitem").filter(has_text=name) for name in ("总结.docx", "合同.docx")
    )
    expect(good).to_contain_text("Uploaded")
    expect(bad).to_contain_text("Not accepted")
    expect(bad.locator("[data-part=message]")).to_contain_text("合同.docx")
    expect(bad.get_by_role("button", name="Try again")).to_be_hidden()
    expect(alice.page.locator("[data-part=summary]")).to_have_text("1 uploaded · 1 not accepted")
    good.get_by_role("link", name="Edit the details").click()


def _watch_the_conversion(page: Page, start_worker: Callable[[], None]) -> None:
    """The stages pass by on the page that stays where it is."""
    box = page.locator("aside [id^=conversion-]")
    expect(box.locator(".state--warn")).to_be_visible()
    page.evaluate("window.stillTheSamePage = true")
    start_worker()
    expect(box.locator(".state--ok")).to_have_text("The preview is ready: 3 pages", timeout=60_000)
    expect(box.get_by_alt_text("The first page")).to_be_visible()
    assert page.evaluate("window.stillTheSamePage")
    box.get_by_role("link", name="Load the title and the facts").click()


def _describe_and_submit(page: Page, category: Category) -> None:
    expect(page.locator("dl.facts")).to_contain_text("总结.docx")
    form = page.get_by_role("main")
    expect(form.get_by_label("Title")).to_have_value(TITLE)  # found in the document itself
    form.get_by_label("Category").select_option(label=category.name_en)
    form.get_by_label("Price").fill("4.00")
    form.get_by_label("The first pages").check()
    form.get_by_label("Number of pages").fill("1")
    form.get_by_role("button", name="Save and send to review").click()
    expect(page.locator(".notice--ok").first).to_be_visible()


def _review_and_publish(page: Page) -> None:
    page.goto("/review/")
    page.get_by_role("link", name=TITLE).click()
    pages = page.get_by_role("main").get_by_role("img", name=re.compile("Page"))
    expect(pages).to_have_count(3)
    for number in range(3):
        pages.nth(number).scroll_into_view_if_needed()
        expect(pages.nth(number)).to_have_js_property("complete", value=True)
        assert pages.nth(number).evaluate("image => image.naturalWidth") > 300
    publish = page.get_by_role("button", name="Publish", exact=True)
    until("the text is compared with the others", lambda: _is_open(page, publish))
    publish.click()
    expect(page.locator(".notice--ok").first).to_be_visible()


def _is_open(page: Page, button: Locator) -> bool | None:
    if button.is_enabled():
        return True
    page.reload()
    return None


def _mail_about(inbox: Inbox, title: str) -> bool | None:
    return any(title in str(message.get_content()) for message in inbox.messages) or None


def _find(page: Page, document: Document) -> None:
    """Bob searches until the index has it; what lies beyond the preview is found and not shown."""

    def found() -> bool | None:
        page.goto("/search/?q=防波堤")
        return page.get_by_role("main").locator("article").count() == 1 or None

    until("The document in search", found)
    result = page.locator("article")
    expect(result.locator("mark").first).to_have_text("防波堤")
    expect(result).to_contain_text("台风季节之前")
    page.goto("/search/?q=透镜组")
    expect(result).to_contain_text("On a page beyond the preview")
    expect(page.locator("article mark")).to_have_count(0)
    assert "费用另行列支" not in page.content()
    page.get_by_role("link", name=TITLE).click()
    page.wait_for_url(re.compile(document.get_absolute_url()))


def _read_the_preview(reader: Visitor, document: Document) -> None:
    page = reader.page
    expect(page.locator("#page-1 svg text", has_text="防波堤").first).to_be_attached()
    assert (
        page.locator("#page-1 > img").evaluate("image => image.decode().then(() => image.naturalWidth)") > 300
    )
    expect(page.locator("#page-2")).to_have_count(0)
    expect(page.get_by_text("The preview ends at page 1; 2 pages follow.")).to_be_visible()
    assert UNSEEN[:8] not in page.content()
    reader.expected_statuses = {404}
    source = page.locator("#page-1 > img").get_attribute("src") or ""
    assert _status(page, source) == 200
    assert _status(page, re.sub(r"/1-(\d+)\.webp", r"/2-\1.webp", source)) == 404
    reader.expected_statuses = set()


def _status(page: Page, address: str) -> int:
    status: int = page.evaluate("address => fetch(address).then((answer) => answer.status)", address)
    return status


def _buy(page: Page) -> None:
    page.get_by_role("link", name="Buy and download").first.click()
    page.get_by_role("button", name="Pay ¥4.00 now").click()
    expect(page.get_by_text("No real money moves.")).to_be_visible()
    page.get_by_role("button", name="Pay ¥4.00").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ready to download")


def _download(page: Page, original: bytes) -> None:
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download the original").first.click()
    assert waiting.value.suggested_filename == f"{TITLE}.docx"
    assert waiting.value.path().read_bytes() == original


def _own(page: Page) -> None:
    page.goto("/library/")
    page.get_by_role("link", name=TITLE).first.click()
    expect(page.locator("#page-2 svg text", has_text="透镜组").first).to_be_attached()


def _see_the_income(page: Page) -> None:
    page.goto("/my/sales/")
    row = page.get_by_role("row").filter(has_text="#")
    expect(row).to_contain_text(TITLE)
    expect(row.get_by_role("cell").last).to_have_text("¥4.00")
    balance = page.get_by_role("region", name="Balance")
    expect(balance.locator(".price")).to_have_text("¥0.00")
    expect(balance).to_contain_text("¥4.00 more are held")
