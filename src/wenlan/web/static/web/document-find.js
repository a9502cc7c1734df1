// <document-find>: what was searched for in the document, match by match, also on pages that are not here yet.
// Without it the form asks the server, and the list of pages leads to the matches.
const CLEAR_PIXELS = 16; // so far from the edges of what is in sight a match is not cut off
const LEAP_SCREENS = 2; // further than this nobody wants to watch the pages go by
const ARRIVE_AT = "document-find:match"; // which match of a page to go to that another address shows

class DocumentFind extends HTMLElement {
  connectedCallback() {
    this.reader = this.closest("document-reader");
    this.form = this.querySelector("form");
    this.field = this.form.elements.q;
    this.found = this.querySelector("[data-found]");
    this.toggle = this.reader.querySelector("[data-find]");
    this.at = null; // the number of a page, and which of its matches, counted from 0
    this.isMoving = false;
    this.onKey = this.onKey.bind(this);
    this.form.addEventListener("submit", (event) => this.onSubmit(event));
    this.addEventListener("click", (event) => this.onClick(event));
    this.toggle.addEventListener("click", () => (this.isOpen ? this.close() : this.open()));
    this.reader.addEventListener("htmx:configRequest", (event) => this.onMorePages(event));
    document.addEventListener("keydown", this.onKey, { capture: true }); // before a menu closes that it is meant for
    this.showSteps();
    if (this.query) this.arrive();
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.onKey, { capture: true });
  }

  get query() {
    return this.reader.dataset.query;
  }

  get isOpen() {
    return this.reader.hasAttribute("data-finding");
  }

  // The pages with matches, in order; the answer of the server says which.
  get pages() {
    const links = [...this.found.querySelectorAll("[data-found-page]")];
    return links.map((link) => ({ number: Number(link.dataset.foundPage), count: Number(link.dataset.matches) }));
  }

  // ── Opening, asking, closing ────────────────────────────────────────────────────────────────────────────
  open() {
    this.reader.setAttribute("data-finding", "");
    this.toggle.setAttribute("aria-expanded", "true");
    this.field.focus({ preventScroll: true });
    this.field.select();
  }

  close() {
    this.asking?.abort();
    const hadFocus = this.contains(document.activeElement);
    this.reader.removeAttribute("data-finding");
    this.toggle.setAttribute("aria-expanded", "false");
    this.found.replaceChildren();
    this.setQuery("");
    if (hadFocus) this.toggle.focus({ preventScroll: true });
  }

  onSubmit(event) {
    event.preventDefault();
    this.ask();
  }

  // Asks the server where the words are. The pages that are here get their marks with the answer.
  async ask() {
    const query = this.field.value.trim();
    if (!query) return this.close();
    if (query === this.query) return this.step(1);
    this.asking?.abort();
    const asking = new AbortController();
    this.asking = asking;
    const here = [...this.reader.querySelectorAll(".page")].map((page) => page.dataset.page);
    const asked = new URLSearchParams({ q: query, from: here.at(0), to: here.at(-1) });
    const answer = await fetch(`${this.dataset.url}?${asked}`, { signal: asking.signal }).catch(() => null);
    const text = await answer?.text().catch(() => null);
    if (asking.signal.aborted) return;
    if (text == null || (!answer.ok && answer.status !== 429)) return this.form.submit(); // it says what is wrong
    this.setQuery(answer.ok ? query : "");
    this.found.innerHTML = text;
    this.draw();
    this.showSteps();
    const start = this.nearest(1);
    if (start) await this.show(start.page, start.index);
    else this.announce(this.found.textContent);
  }

  // From now on this is what is marked: on further pages too, and after the page is loaded again.
  setQuery(query) {
    this.reader.dataset.query = query;
    this.at = null;
    for (const match of this.reader.querySelectorAll(".page__text > g")) match.remove();
    for (const link of this.reader.querySelectorAll(".reader__earlier a, .reader__more a")) {
      link.href = this.withQuery(link.href);
    }
    history.replaceState(history.state, "", this.withQuery(location.href));
    this.showSteps();
  }

  withQuery(address) {
    const changed = new URL(address, location.href);
    if (this.query) changed.searchParams.set("q", this.query);
    else changed.searchParams.delete("q");
    return changed.href;
  }

  onMorePages(event) {
    const address = new URL(event.detail.path, location.href);
    if (address.pathname !== this.reader.dataset.pagesUrl) return;
    event.detail.path = this.withQuery(address.href).slice(address.origin.length);
  }

  draw() {
    for (const template of this.found.querySelectorAll("[data-marks]")) {
      const layer = this.reader.pageOf(template.dataset.marks)?.querySelector(".page__text");
      layer?.prepend(...template.content.firstElementChild.children);
      template.remove();
    }
  }

  // ── From match to match ─────────────────────────────────────────────────────────────────────────────────
  // Whoever comes from a result is at its page: there the first match is the current one.
  async arrive() {
    await customElements.whenDefined("document-reader");
    if (document.readyState !== "complete") await new Promise((done) => addEventListener("load", done, { once: true }));
    const index = Number(sessionStorage.getItem(ARRIVE_AT) ?? 0);
    sessionStorage.removeItem(ARRIVE_AT);
    const asked = Number(/^#page-(\d{1,6})$/.exec(location.hash)?.[1] ?? 0);
    const page = this.pages.find(({ number }) => number === asked);
    if (page && this.isHere(asked)) await this.show(page, Math.min(index, page.count - 1));
  }

  onClick(event) {
    const target = event.target.closest("[data-step], [data-close], [data-found-page]");
    if (!target || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (target.dataset.step) this.step(Number(target.dataset.step));
    else if ("close" in target.dataset) this.close();
    else {
      target.closest("details").open = false;
      this.show(this.pages.find(({ number }) => number === Number(target.dataset.foundPage)), 0);
    }
  }

  isHere(number) {
    return Boolean(this.reader.pageOf(number)?.offsetParent);
  }

  // The first match from the page that is read, or the last one up to it; round the ends of the document.
  nearest(direction) {
    const pages = this.pages;
    if (!pages.length) return null;
    const isAhead = ({ number }) => (number - this.reader.current) * direction >= 0;
    const page = direction > 0 ? (pages.find(isAhead) ?? pages[0]) : (pages.findLast(isAhead) ?? pages.at(-1));
    return { page, index: direction > 0 ? 0 : page.count - 1 };
  }

  following(direction) {
    const pages = this.pages;
    const place = this.at ? pages.findIndex(({ number }) => number === this.at.number) : -1;
    if (place < 0) return this.nearest(direction);
    const index = this.at.index + direction;
    if (index >= 0 && index < pages[place].count) return { page: pages[place], index };
    const page = pages.at((place + direction) % pages.length);
    return { page, index: direction > 0 ? 0 : page.count - 1 };
  }

  async step(direction) {
    const next = this.following(direction);
    if (next) await this.show(next.page, next.index);
  }

  async show(page, index) {
    if (this.isMoving) return;
    this.isMoving = true;
    try {
      if (!this.isHere(page.number)) {
        sessionStorage.setItem(ARRIVE_AT, index); // the reader may have to go to another address
        await this.reader.goTo(page.number);
        if (!this.isHere(page.number)) return; // on the way there, or it did not come
        sessionStorage.removeItem(ARRIVE_AT);
      }
      const sheet = this.reader.pageOf(page.number);
      const matches = sheet.querySelectorAll(".page__text > g");
      const match = matches[Math.min(index, matches.length - 1)];
      this.reader.querySelector(".page__text > [data-current]")?.removeAttribute("data-current");
      match?.setAttribute("data-current", "");
      this.at = { number: page.number, index };
      this.reveal(match ?? sheet);
      this.tell();
    } finally {
      this.isMoving = false;
    }
  }

  // Brings a match into the middle of what can be seen between the bars, unless it is there already; but its page, not the
  // one before, is the one that is read then.
  reveal(match) {
    const { scroller, pagesBox } = this.reader;
    const bar = this.closest(".reader__bar").getBoundingClientRect();
    const isBelow = getComputedStyle(this).position === "fixed"; // on a phone, at the thumb
    const upper = (parseFloat(getComputedStyle(scroller).scrollPaddingTop) || 0) + bar.height;
    const lower = isBelow ? this.getBoundingClientRect().top : window.innerHeight;
    const box = match.getBoundingClientRect();
    if (box.top < upper + CLEAR_PIXELS || box.bottom > lower - CLEAR_PIXELS) {
      const middle = (box.top + Math.min(box.bottom, box.top + lower - upper)) / 2 - (upper + lower) / 2;
      const top = Math.max(middle, match.closest(".page").getBoundingClientRect().top - this.reader.line + 1);
      const isLeap = Math.abs(top) > LEAP_SCREENS * window.innerHeight;
      scroller.scrollBy({ top, behavior: isLeap ? "instant" : "auto" });
    }
    const frame = pagesBox.getBoundingClientRect();
    if (box.left < frame.left || box.right > frame.right) {
      pagesBox.scrollBy({ left: (box.left + box.right - frame.left - frame.right) / 2, behavior: "instant" });
    }
  }

  showSteps() {
    const hasNone = this.pages.length === 0;
    for (const button of this.querySelectorAll("[data-step]")) button.disabled = hasNone;
  }

  // Which match this is, to be seen and to be heard.
  tell() {
    const { number, index } = this.at;
    const before = this.pages.filter((page) => page.number < number).reduce((sum, page) => sum + page.count, 0);
    const place = before + index + 1;
    const total = this.found.querySelector("[data-total]").dataset.total;
    this.found.querySelector("[data-at]").textContent = `${place} / `;
    this.announce(this.dataset.text.replace("{number}", place).replace("{total}", total).replace("{page}", number));
  }

  announce(text) {
    this.reader.querySelector("[data-status]").textContent = text.replace(/\s+/g, " ").trim();
  }

  // ── Keys ────────────────────────────────────────────────────────────────────────────────────────────────
  onKey(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target === this.field) {
      if (event.key === "Enter" && event.shiftKey && this.field.value.trim() === this.query) this.take(event, () => this.step(-1));
      if (event.key === "Escape") this.take(event, () => this.close());
    } else if (this.reader.hears?.(event)) {
      const isOpen = this.isOpen;
      if (event.key === "/") this.take(event, () => this.open());
      else if (event.key === "Escape" && isOpen) this.take(event, () => this.close());
      else if (event.key === "n" && isOpen) this.take(event, () => this.step(1));
      else if (event.key === "N" && isOpen) this.take(event, () => this.step(-1));
    }
  }

  take(event, action) {
    event.preventDefault();
    event.stopPropagation();
    action();
  }
}

customElements.define("document-find", DocumentFind);
