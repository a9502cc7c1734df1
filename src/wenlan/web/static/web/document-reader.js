// <document-reader>: page number, jump, zoom, full screen, keys and further pages over server-rendered pages.
// Everything it adds is hidden in the markup until it runs; without it the pages are read by scrolling.
const ZOOM_STEPS = [0.5, 0.67, 0.8, 1, 1.25, 1.5, 2, 3];
const PAN_PIXELS = 120;
const SAVE_DELAY_MS = 1500;
const ARRIVAL_MS = 300; // without scrolling: one has arrived
const LEAP_PAGES = 2; // further than this nobody wants to watch the pages go by
const READING_PIXELS = 48; // how far under the top of a page that was gone to the line lies that tells where one reads

class DocumentReader extends HTMLElement {
  connectedCallback() {
    this.total = Number(this.dataset.total);
    this.readable = Number(this.dataset.readable);
    this.zoomStep = ZOOM_STEPS.indexOf(1);
    this.isInView = true;
    this.goingTo = null;
    this.isTyping = false;
    this.panning = null;
    this.pagesBox = this.querySelector(".reader__pages");
    this.jump = this.querySelector("[data-jump]");
    this.full = this.querySelector("[data-full]");
    this.help = this.querySelector(".reader__help");
    this.beyond = this.querySelector("[data-beyond] > p");
    this.current = Number(this.querySelector(".page")?.dataset.page ?? 1);
    for (const tool of this.querySelectorAll("[data-tool]")) tool.hidden = false;
    for (const plain of this.querySelectorAll("[data-plain]")) plain.hidden = true;
    this.onKey = this.onKey.bind(this);
    this.onPageLink = this.onPageLink.bind(this);
    this.onScroll = this.onScroll.bind(this);
    this.onFull = this.onFull.bind(this);
    this.addEventListener("click", (event) => this.onClick(event));
    this.addEventListener("copy", (event) => this.onCopy(event));
    this.jump.addEventListener("input", () => { this.isTyping = true; });
    this.jump.addEventListener("blur", () => { this.isTyping = false; });
    this.jump.addEventListener("change", () => {
      this.isTyping = false;
      this.goTo(Number(this.jump.value));
    });
    document.addEventListener("keydown", this.onKey);
    document.addEventListener("click", this.onPageLink);
    document.addEventListener("fullscreenchange", this.onFull);
    document.addEventListener("scroll", this.onScroll, { capture: true, passive: true });
    for (const type of ["wheel", "touchmove"]) this.addEventListener(type, () => this.arrive(), { passive: true });
    this.pagesBox.addEventListener("pointerdown", (event) => this.onPanStart(event));
    this.pagesBox.addEventListener("mousedown", (event) => { if (this.panning) event.preventDefault(); });
    this.pagesBox.addEventListener("pointermove", (event) => this.onPan(event));
    this.pagesBox.addEventListener("lostpointercapture", () => this.onPanEnd());
    this.watchPages();
    const asked = /^#page-(\d{1,6})$/.exec(location.hash);
    if (asked && !this.querySelector(asked[0])) this.goTo(Number(asked[1]));
    this.pagesBox.addEventListener("htmx:beforeSwap", (event) => this.beforeMore(event));
    this.pagesBox.addEventListener("htmx:afterSettle", () => this.afterMore());
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.onKey);
    document.removeEventListener("click", this.onPageLink);
    document.removeEventListener("fullscreenchange", this.onFull);
    document.removeEventListener("scroll", this.onScroll, { capture: true });
    this.width.disconnect();
    this.view.disconnect();
  }

  // ── Which page is being read ────────────────────────────────────────────────────────────────────────────
  // The page that crosses a line in the upper part of the window is the one being read. On the way to a page that was
  // asked for, those in between are not.
  watchPages() {
    this.shape = this.shapeNow;
    this.width = new ResizeObserver(() => this.keepPlace());
    this.width.observe(this.pagesBox);
    this.view = new IntersectionObserver((entries) => { this.isInView = entries.at(-1).isIntersecting; });
    this.view.observe(this.pagesBox);
    this.sizeImages();
    this.onScroll();
  }

  get isFull() {
    return document.fullscreenElement === this || this.classList.contains("reader--full");
  }

  get scroller() {
    return this.isFull ? this : document.scrollingElement;
  }

  // What decides how tall the pages are, apart from the zoom.
  get shapeNow() {
    return `${this.isFull} ${this.pagesBox.clientWidth}`;
  }

  get isWide() {
    return this.pagesBox.scrollWidth > this.pagesBox.clientWidth;
  }

  get line() {
    const header = parseFloat(getComputedStyle(this.scroller).scrollPaddingTop) || 0;
    return header + parseFloat(getComputedStyle(this.querySelector(".page")).scrollMarginTop) + READING_PIXELS;
  }

  pageOf(number) {
    return this.querySelector(`#page-${number}`);
  }

  onScroll() {
    if (this.goingTo !== null) return this.awaitArrival();
    if (this.shape !== this.shapeNow) return; // moved by the browser, and about to be put back
    const first = this.querySelector(".page");
    if (!first) return;
    const { left, width } = this.pagesBox.getBoundingClientRect();
    const line = this.line;
    const under = document.elementsFromPoint(left + width / 2, line).find((element) => element.matches(".page"));
    const page = under ?? (first.getBoundingClientRect().top > line ? first : null);
    if (page) this.setCurrent(Number(page.dataset.page));
    this.place = this.placeNow();
  }

  // Which point of which page is read, as shares of its height and of the width there is, and how far down it lies.
  placeNow() {
    const page = this.pageOf(this.current);
    if (!page?.offsetParent) return null;
    const { top, bottom, height } = page.getBoundingClientRect();
    const line = this.line;
    const y = Math.min(Math.max(line, top), bottom);
    const box = this.pagesBox;
    return {
      page, y, isAtLine: y === line, isInWindow: y > 0 && y < window.innerHeight,
      down: height ? (y - top) / height : 0, across: (box.scrollLeft + box.clientWidth / 2) / box.scrollWidth,
    };
  }

  // Brings a point that was read back to where it was, in the middle from left to right and `y` pixels down.
  bringBack({ page, down, across }, y) {
    const box = this.pagesBox;
    box.scrollTo({ left: across * box.scrollWidth - box.clientWidth / 2, behavior: "instant" });
    if (this.goingTo !== null) return this.pageOf(this.goingTo)?.scrollIntoView({ block: "start", behavior: "instant" });
    if (y === null) return;
    const { top, height } = page.getBoundingClientRect();
    this.scroller.scrollBy({ top: top + down * height - y, behavior: "instant" });
  }

  // After the window was turned, made wider or filled with the reader. Above and below the pages there is no place.
  keepPlace() {
    if (this.shape === this.shapeNow) return;
    const entersOrLeaves = this.shape.split(" ")[0] !== String(this.isFull);
    this.shape = this.shapeNow;
    this.sizeImages();
    if (this.place) this.bringBack(this.place, this.place.isAtLine || entersOrLeaves ? this.line : null);
    this.place = this.placeNow();
  }

  setCurrent(number) {
    if (number === this.current) return;
    this.current = number;
    this.place = this.placeNow();
    if (!this.isTyping) this.jump.value = number;
    clearTimeout(this.saving);
    this.saving = setTimeout(() => this.save(), SAVE_DELAY_MS);
  }

  announce() {
    const status = this.querySelector("[data-status]");
    status.textContent = status.dataset.text.replace("{number}", this.current).replace("{total}", this.total);
  }

  // Says which pages are there now, after somebody asked for more or fewer of them.
  announceShown() {
    const shown = [...this.querySelectorAll(".page")].filter((page) => page.offsetParent);
    const status = this.querySelector("[data-status]");
    status.textContent = status.dataset.textShown.replace("{first}", shown[0].dataset.page)
      .replace("{last}", shown.at(-1).dataset.page).replace("{total}", this.total);
  }

  save() {
    const url = this.dataset.readingUrl;
    const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value;
    if (!url || !token) return;
    const body = new URLSearchParams({ page: this.current });
    // A lost bookmark is no reason to disturb somebody who is reading.
    fetch(url, { method: "POST", body, headers: { "X-CSRFToken": token }, keepalive: true }).catch(() => {});
  }

  // ── Moving ──────────────────────────────────────────────────────────────────────────────────────────────
  async goTo(number) {
    const asked = Math.min(Math.max(1, Math.round(number) || 1), this.total);
    const wanted = Math.min(asked, this.readable);
    if (wanted < Number(this.querySelector(".page")?.dataset.page)) return location.assign(this.addressOf(wanted));
    let page = this.pageOf(wanted);
    if (!page) {
      await this.load(wanted);
      page = this.pageOf(wanted);
    }
    if (!page) {
      this.jump.value = this.current; // it could not be loaded, so nobody has moved
      return;
    }
    if (page.classList.contains("page--further")) this.removeAttribute("data-collapsed");
    if (this.beyond) this.beyond.hidden = true;
    if (asked > wanted && this.beyond) return this.tellBeyond(asked);
    const isLeap = Math.abs(wanted - this.current) > LEAP_PAGES;
    this.goingTo = wanted;
    this.awaitArrival();
    page.scrollIntoView({ block: "start", behavior: isLeap ? "instant" : "auto" });
    this.jump.value = wanted;
    this.setCurrent(wanted);
    this.announce();
  }

  // A page that was asked for and is not in the preview: what leads to it stands where the preview ends.
  tellBeyond(number) {
    this.jump.value = this.readable;
    this.setCurrent(this.readable);
    this.beyond.hidden = false;
    this.beyond.lastElementChild.textContent = this.beyond.dataset.text.replace("{number}", number)
      .replace("{last}", this.readable);
    this.goingTo = this.readable;
    this.awaitArrival();
    this.beyond.scrollIntoView({ block: "start", behavior: "instant" });
  }

  awaitArrival() {
    clearTimeout(this.arriving);
    this.arriving = setTimeout(() => this.arrive(), ARRIVAL_MS);
  }

  arrive() {
    if (this.goingTo === null) return;
    clearTimeout(this.arriving);
    this.goingTo = null;
    this.place = this.placeNow();
  }

  // Where a page before the first one here is shown; Document.page_url says the same.
  addressOf(number) {
    const address = new URL(location.pathname, location.origin);
    if (this.dataset.query) address.searchParams.set("q", this.dataset.query);
    if (number > Number(this.dataset.initial)) address.searchParams.set("from", number);
    address.hash = `page-${number}`;
    return address;
  }

  // Brings the pages up to `number`; several requests when one answer does not hold them.
  async load(number) {
    for (;;) {
      const more = this.querySelector(".reader__more");
      const last = Number(more?.dataset.last ?? this.readable);
      if (!more || last >= number || last >= this.readable) return;
      const asked = new URLSearchParams({ from: last + 1, to: number });
      if (this.dataset.query) asked.set("q", this.dataset.query);
      const request = fetch(`${this.dataset.pagesUrl}?${asked}`, { headers: { "HX-Request": "true" } });
      const answer = await request.catch(() => null);
      if (!answer?.ok) return;
      const template = document.createElement("template");
      template.innerHTML = await answer.text();
      const added = [...template.content.children];
      more.replaceWith(template.content);
      for (const element of added) window.htmx?.process(element);
      this.sizeImages();
      if (Number(this.querySelector(".reader__more")?.dataset.last) <= last) return;
    }
  }

  onPageLink(event) {
    const link = event.target.closest?.("[data-page-link]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    link.closest("details.menu")?.removeAttribute("open");
    this.goTo(Number(link.dataset.pageLink));
  }

  onClick(event) {
    const button = event.target.closest("[data-zoom], [data-full], [data-help], [data-collapse], [data-expand]");
    if (!button) return;
    if (button.dataset.zoom) this.zoom(button.dataset.zoom);
    else if ("full" in button.dataset) this.toggleFull();
    else if ("help" in button.dataset) this.help.showModal();
    else if ("collapse" in button.dataset) this.collapse(event);
    else this.expand();
  }

  collapse(event) {
    if (!this.querySelector("#page-1")) return; // a later part of the document: the link leads to its beginning
    event.preventDefault();
    this.setAttribute("data-collapsed", "");
    this.goTo(1);
    this.querySelector("[data-expand]").focus({ preventScroll: true });
    this.announceShown();
  }

  expand() {
    this.removeAttribute("data-collapsed");
    this.querySelector(".page--further").focus({ preventScroll: true });
    this.announceShown();
  }

  // The link that brings further pages goes when they come. Whoever pressed it goes on at the first of them.
  beforeMore(event) {
    if (event.detail.target.classList.contains("reader__more") && event.detail.target.contains(document.activeElement)) {
      this.continueAfter = this.querySelectorAll(".page").length;
    }
  }

  afterMore() {
    this.sizeImages();
    if (this.continueAfter === undefined) return;
    const page = this.querySelectorAll(".page")[this.continueAfter];
    this.continueAfter = undefined;
    page?.focus({ preventScroll: true });
    this.announceShown();
  }

  // ── Size ────────────────────────────────────────────────────────────────────────────────────────────────
  zoom(direction) {
    const change = { in: 1, out: -1 }[direction];
    const step = change ? this.zoomStep + change : ZOOM_STEPS.indexOf(1);
    this.zoomStep = Math.min(Math.max(0, step), ZOOM_STEPS.length - 1);
    const scale = ZOOM_STEPS[this.zoomStep];
    const place = this.placeNow();
    this.style.setProperty("--zoom", scale);
    this.sizeImages();
    this.querySelector("[data-zoom=in]").disabled = this.zoomStep === ZOOM_STEPS.length - 1;
    this.querySelector("[data-zoom=out]").disabled = this.zoomStep === 0;
    if (place) this.bringBack(place, place.isInWindow ? place.y : null);
    this.place = this.placeNow();
    const percent = Math.round(100 * scale);
    const status = this.querySelector("[data-status]");
    this.querySelector("[data-percent]").textContent = `${percent}%`;
    status.textContent = status.dataset.textZoom.replace("{percent}", `${percent}%`);
  }

  // Which of its images the browser takes for each page; before the first zoom the markup says it.
  sizeImages() {
    this.toggleAttribute("data-wide", this.isWide);
    if (!this.style.getPropertyValue("--zoom")) return;
    const sizes = `${Math.round(ZOOM_STEPS[this.zoomStep] * this.pagesBox.clientWidth)}px`;
    for (const image of this.querySelectorAll(".page > img")) image.sizes = sizes;
  }

  // A page wider than its place is moved with the mouse: with the left button beside the text, which stays there to be
  // selected, or with the middle one anywhere. Fingers do it by themselves. What is clicked on a page keeps its clicks.
  onPanStart(event) {
    if (event.pointerType !== "mouse" || event.button > 1 || !this.isWide || !event.target.closest(".page")) return;
    if (event.target.closest("a, button")) return;
    if (event.button === 0 && event.target.closest("text")) return;
    this.panning = { x: event.clientX, y: event.clientY, hasMoved: false };
    this.pagesBox.setPointerCapture(event.pointerId);
    this.pagesBox.focus({ preventScroll: true });
  }

  onPan(event) {
    if (!this.panning) return;
    const { x, y } = this.panning;
    this.panning = { x: event.clientX, y: event.clientY, hasMoved: true };
    this.toggleAttribute("data-panning", true);
    this.pagesBox.scrollBy({ left: x - event.clientX, behavior: "instant" });
    this.scroller.scrollBy({ top: y - event.clientY, behavior: "instant" });
  }

  onPanEnd() {
    if (this.panning && !this.panning.hasMoved) document.getSelection().removeAllRanges(); // as a click does elsewhere
    this.panning = null;
    this.removeAttribute("data-panning");
  }

  toggleFull() {
    if (document.fullscreenElement) document.exitFullscreen();
    else if (document.fullscreenEnabled) this.requestFullscreen();
    else {
      // Phones that keep the full screen to videos: the reader fills the window instead.
      this.classList.toggle("reader--full");
      this.onFull();
    }
  }

  onFull() {
    this.full.setAttribute("aria-pressed", this.isFull);
    this.keepPlace();
  }

  // ── Keys ────────────────────────────────────────────────────────────────────────────────────────────────
  // A key is the reader's while the focus is in it, or nowhere. Home and End belong to the whole page until the focus
  // is in the reader, and the arrows to the side move a page that is wider than its place.
  hears(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.isInView || this.help.open) return false;
    if (!this.contains(event.target) && event.target !== document.body) return false;
    return !event.target.closest("input, textarea, select, [contenteditable], dialog, details.menu[open]");
  }

  onKey(event) {
    if (!this.hears(event)) return;
    const isInside = this.contains(event.target);
    if (event.key === "Escape" && this.classList.contains("reader--full")) return this.toggleFull();
    const isWide = this.isWide;
    if (isWide && event.key.startsWith("Arrow") && this.pagesBox.contains(event.target)) return;
    if (!isInside && ["Home", "End"].includes(event.key)) return;
    const aside = (pages) => (isWide ? this.pagesBox.scrollBy({ left: pages * PAN_PIXELS }) : this.goTo(this.current + pages));
    const action = {
      j: () => this.goTo(this.current + 1), k: () => this.goTo(this.current - 1),
      ArrowRight: () => aside(1), ArrowLeft: () => aside(-1),
      PageDown: () => this.goTo(this.current + 1), PageUp: () => this.goTo(this.current - 1),
      Home: () => this.goTo(1), End: () => this.goTo(this.readable),
      "+": () => this.zoom("in"), "=": () => this.zoom("in"), "-": () => this.zoom("out"), 0: () => this.zoom("fit"),
      f: () => this.toggleFull(), "?": () => this.help.showModal(),
    }[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  }

  // ── Copying ─────────────────────────────────────────────────────────────────────────────────────────────
  // Lines of an SVG are copied without anything between them; put the line breaks back.
  onCopy(event) {
    const selection = document.getSelection();
    if (!selection || selection.isCollapsed || !event.clipboardData) return;
    const range = selection.getRangeAt(0);
    const lines = [...this.querySelectorAll(".page__text text")].filter((line) => range.intersectsNode(line));
    if (lines.length < 2) return;
    const texts = lines.map((line) => {
      const part = document.createRange();
      part.selectNodeContents(line);
      if (line.contains(range.startContainer)) part.setStart(range.startContainer, range.startOffset);
      if (line.contains(range.endContainer)) part.setEnd(range.endContainer, range.endOffset);
      return part.toString();
    });
    event.clipboardData.setData("text/plain", texts.join("\n"));
    event.preventDefault();
  }
}

customElements.define("document-reader", DocumentReader);
