/**
 * <upload-list>: turns a form with a file input into a list of uploads.
 *
 * Each file is sent in a request of its own, with its progress and pace, and can be cancelled; once it is there, the
 * row shows how its preview is made. With data-replaces it sends the one file chosen for a document when the form is
 * submitted, and opens the document again once the file is there. The form inside works by itself where this script does
 * not run. Every text comes from the page: data-text-* and the row's <template>.
 */
const AT_ONCE = 2;
const PACE_AFTER_MS = 1000;

class UploadList extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.input = this.form.querySelector("input[type=file]");
    this.waiting = [];
    this.running = 0;
    this.uploads = [];
    this.classList.add("upload-list--live");
    this.warn = (event) => {
      if (this.running || this.waiting.length) event.preventDefault();
    };
    window.addEventListener("beforeunload", this.warn);
    if ("replaces" in this.dataset) this.listenForOne();
    else this.listenForMany();
  }

  listenForOne() {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.running) return;
      this.form.querySelector(".errorlist")?.remove();
      this.part("list").replaceChildren();
      this.uploads = [];
      this.add(this.input.files);
    });
  }

  listenForMany() {
    this.input.required = false;
    this.part("hint").hidden = false;
    this.part("send").hidden = true;
    this.input.addEventListener("change", () => {
      this.add(this.input.files);
      this.input.value = "";
    });
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.form.addEventListener("dragover", (event) => {
      event.preventDefault();
      this.form.classList.add("drop-here");
    });
    for (const name of ["dragleave", "drop"]) {
      this.form.addEventListener(name, () => this.form.classList.remove("drop-here"));
    }
    this.form.addEventListener("drop", (event) => {
      event.preventDefault();
      this.add(event.dataTransfer.files);
    });
  }

  disconnectedCallback() {
    window.removeEventListener("beforeunload", this.warn);
  }

  part(name, inside = this) {
    return inside.querySelector(`[data-part="${name}"]`);
  }

  add(files) {
    this.part("results").hidden = false;
    for (const file of files) {
      const row = this.part("row").content.firstElementChild.cloneNode(true);
      row.tabIndex = -1;
      this.part("name", row).textContent = file.name;
      this.part("size", row).textContent = sizeText(file.size, document.documentElement.lang);
      this.part("progress", row).setAttribute("aria-label", file.name);
      for (const [name, text] of [
        ["cancel", this.dataset.textCancelOne],
        ["again", this.dataset.textAgainOne],
        ["open", this.dataset.textOpenOne],
      ]) {
        this.part(name, row).setAttribute("aria-label", text.replace("{name}", file.name));
      }
      this.part("list").append(row);
      const upload = { file, row, request: null, stage: "running", began: 0 };
      this.uploads.push(upload);
      this.part("cancel", row).addEventListener("click", () => this.cancel(upload));
      this.part("again", row).addEventListener("click", () => this.queue(upload));
      if (file.size > Number(this.dataset.maximumBytes)) this.refuse(upload, this.dataset.textTooLarge);
      else this.queue(upload);
    }
    this.summarise();
  }

  queue(upload) {
    upload.stage = "running";
    this.show(upload, { state: this.dataset.textWaiting, progress: 0, message: "", cancel: true });
    this.waiting.push(upload);
    this.next();
  }

  next() {
    while (this.running < AT_ONCE && this.waiting.length) this.send(this.waiting.shift());
  }

  send(upload) {
    const body = new FormData();
    body.append(this.input.name, upload.file);
    const request = new XMLHttpRequest();
    upload.request = request;
    this.running += 1;
    request.open("POST", this.form.action || location.href);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", this.form.elements.csrfmiddlewaretoken.value);
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) this.pace(upload, event.loaded, event.total);
    });
    request.upload.addEventListener("load", () =>
      this.show(upload, { state: this.dataset.textChecking, progress: null, cancel: false }),
    );
    request.addEventListener("load", () => this.answered(upload, request));
    request.addEventListener("error", () => this.fail(upload, this.dataset.textNetwork));
    request.addEventListener("abort", () => this.stop(upload));
    request.addEventListener("loadend", () => {
      this.running -= 1;
      upload.request = null;
      this.summarise();
      this.next();
    });
    this.show(upload, { state: this.dataset.textSending, progress: 0, cancel: true });
    upload.began = performance.now();
    request.send(body);
  }

  /** How much has gone up, how fast, and how long the rest takes; said once a second has shown it. */
  pace(upload, sent, total) {
    const percent = Math.floor((100 * sent) / total);
    this.part("progress", upload.row).value = percent;
    this.part("state", upload.row).textContent = `${this.dataset.textSending} ${percent}%`;
    const elapsed = performance.now() - upload.began;
    if (elapsed < PACE_AFTER_MS || sent === total) return;
    const speed = sent / (elapsed / 1000);
    const seconds = Math.ceil((total - sent) / speed);
    const left = seconds < 90
      ? this.dataset.textSeconds.replace("{n}", seconds)
      : this.dataset.textMinutes.replace("{n}", Math.ceil(seconds / 60));
    const language = document.documentElement.lang;
    const pace = this.part("pace", upload.row);
    pace.hidden = false;
    pace.textContent = this.dataset.textEta
      .replace("{sent}", sizeText(sent, language))
      .replace("{total}", sizeText(total, language))
      .replace("{speed}", sizeText(speed, language))
      .replace("{left}", left);
  }

  answered(upload, request) {
    let answer;
    try {
      answer = JSON.parse(request.responseText);
    } catch {
      this.fail(upload, this.dataset.textServer);
      return;
    }
    if (!answer.ok) {
      this.refuse(upload, answer.message, { existing: answer.existing_url });
      return;
    }
    upload.stage = "done";
    this.show(upload, { state: this.dataset.textDone, tone: "state--ok", progress: 100, open: answer.url });
    if ("replaces" in this.dataset) {
      window.removeEventListener("beforeunload", this.warn);
      location.assign(answer.url);
      return;
    }
    this.watch(upload, answer.id);
  }

  /** Let htmx bring the state of the conversion into the row; that part of a page keeps itself up to date. */
  watch(upload, id) {
    const place = this.part("conversion", upload.row);
    place.setAttribute("hx-get", `${this.dataset.statusAddress.replace("/0/", `/${id}/`)}?short=1`);
    place.setAttribute("hx-trigger", "load");
    window.htmx?.process(place);
  }

  refuse(upload, message, links = {}) {
    upload.stage = "refused";
    this.show(upload, { state: this.dataset.textRefused, tone: "state--bad", progress: 0, message, ...links });
  }

  /** The file did not arrive, and nobody said that it would not be taken. */
  fail(upload, message) {
    upload.stage = "stopped";
    this.show(upload, { state: this.dataset.textFailed, tone: "state--bad", progress: 0, message, again: true });
  }

  stop(upload) {
    upload.stage = "stopped";
    this.show(upload, { state: this.dataset.textCancelled, progress: 0, again: true });
  }

  cancel(upload) {
    if (upload.request) {
      upload.request.abort();
      return;
    }
    this.waiting = this.waiting.filter((other) => other !== upload);
    this.stop(upload);
    this.summarise();
  }

  /** Draw one row: what is not named is hidden. `progress` null means that nobody knows how long it takes. */
  show({ row }, { state, tone = "", progress, message = "", cancel = false, again = false, open = null, existing = null }) {
    const hadFocus = row.contains(document.activeElement);
    const label = this.part("state", row);
    label.textContent = state;
    label.className = `state ${tone}`;
    const bar = this.part("progress", row);
    if (progress === null) bar.removeAttribute("value");
    else bar.value = progress;
    bar.hidden = Boolean(tone);
    this.part("pace", row).hidden = true;
    this.part("message", row).textContent = message;
    this.part("message", row).hidden = !message;
    this.part("cancel", row).hidden = !cancel;
    this.part("again", row).hidden = !again;
    for (const [name, address] of [["open", open], ["existing", existing]]) {
      const link = this.part(name, row);
      link.hidden = !address;
      if (address) link.href = address;
    }
    // While the file is checked there is nothing to press; the row keeps the place for who uses the keyboard.
    if (hadFocus) (row.querySelector("a:not([hidden]), button:not([hidden])") ?? row).focus();
  }

  summarise() {
    const parts = [
      ["done", this.dataset.textSummaryDone],
      ["refused", this.dataset.textSummaryRefused],
      ["stopped", this.dataset.textSummaryStopped],
      ["running", this.dataset.textSummaryRunning],
    ].map(([stage, text]) => [this.uploads.filter((upload) => upload.stage === stage).length, text]);
    this.part("summary").textContent = parts
      .filter(([count]) => count)
      .map(([count, text]) => text.replace("{n}", count))
      .join(" · ");
  }
}

function sizeText(bytes, language) {
  const [value, unit] = bytes < 1024 * 1024 ? [bytes / 1024, "KB"] : [bytes / 1024 / 1024, "MB"];
  return `${value.toLocaleString(language, { maximumFractionDigits: 1 })} ${unit}`;
}

customElements.define("upload-list", UploadList);
