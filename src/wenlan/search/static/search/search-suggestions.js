/**
 * <search-suggestions for="FIELD">: offers what somebody may be looking for while they type into a search field.
 *
 * An editable combobox with a listbox, as https://www.w3.org/WAI/ARIA/apg/patterns/combobox/ describes it: the focus
 * stays in the field, the arrows move through the options, Enter takes one, Escape closes. Options come from the server
 * as a part of a page. The searches of a reader who is signed in are kept there; those of everybody else only here, in
 * this browser. Without this script the field is a plain one. Every text comes from the page: data-text-*.
 */
const PAUSE_MS = 90;
const REMEMBERED = 10;
const ANSWERS_KEPT = 60;
const STORE = "wenlan-searches";

/** What a stranger searched for in this browser, the latest first; nothing where the browser keeps nothing. */
const remembered = {
  all() {
    try {
      const kept = JSON.parse(localStorage.getItem(STORE) ?? "[]");
      return Array.isArray(kept) ? kept.filter((text) => typeof text === "string") : [];
    } catch {
      return [];
    }
  },
  keep(searches) {
    try {
      if (searches.length) localStorage.setItem(STORE, JSON.stringify(searches.slice(0, REMEMBERED)));
      else localStorage.removeItem(STORE);
    } catch {
      // Private windows and full stores: then nothing is remembered.
    }
  },
  add(text) {
    this.keep([text, ...this.all().filter((other) => other.toLowerCase() !== text.toLowerCase())]);
  },
  forget(text) {
    this.keep(this.all().filter((other) => other !== text));
  },
};

class SearchSuggestions extends HTMLElement {
  connectedCallback() {
    this.input = document.getElementById(this.getAttribute("for"));
    this.answers = new Map();
    this.active = null;
    this.build();
    this.listen();
  }

  disconnectedCallback() {
    this.listening.abort();
  }

  get isSignedIn() {
    return "signedIn" in this.dataset;
  }

  get isOpen() {
    return !this.popup.hidden;
  }

  get options() {
    return [...this.list.children];
  }

  build() {
    this.popup = this.appendChild(document.createElement("div"));
    this.popup.className = "suggestions";
    this.popup.hidden = true;
    this.list = this.popup.appendChild(document.createElement("ul"));
    this.list.id = `${this.input.id}-suggestions`;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", this.dataset.textList);
    this.foot = this.popup.appendChild(document.createElement("div"));
    this.status = this.appendChild(document.createElement("p"));
    this.status.className = "visually-hidden";
    this.status.setAttribute("role", "status");
    for (const [name, value] of [
      ["role", "combobox"],
      ["aria-autocomplete", "list"],
      ["aria-haspopup", "listbox"],
      ["aria-expanded", "false"],
      ["aria-controls", this.list.id],
      ["autocomplete", "off"],
    ]) {
      this.input.setAttribute(name, value);
    }
  }

  listen() {
    this.listening = new AbortController();
    const { signal } = this.listening;
    const on = (target, name, act) => target.addEventListener(name, act, { signal });
    // Somebody who composes Chinese chooses in the list of the input method first; its keys are not ours.
    on(this.input, "input", (event) => event.isComposing || this.soon());
    on(this.input, "compositionend", () => this.soon());
    on(this.input, "keydown", (event) => event.isComposing || this.key(event));
    on(this.input, "click", () => this.input.value || this.isOpen || this.show());
    on(this.input.form, "submit", () => this.submitted());
    on(document, "pointerdown", (event) => this.holds(event.target) || this.close());
    on(document, "focusin", (event) => this.holds(event.target) || this.close());
    on(this.popup, "pointerdown", (event) => event.preventDefault()); // the focus stays in the field
    on(this.popup, "mousedown", (event) => event.preventDefault());
    on(this.list, "click", (event) => this.clicked(event));
    on(this.foot, "click", (event) => event.target.closest("button") && this.forgetAll());
  }

  holds(target) {
    return target === this.input || this.contains(target);
  }

  // ── What there is ───────────────────────────────────────────────────────────────────────────────────────
  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.show(), PAUSE_MS);
  }

  /** Show what the server offers for what stands in the field now; an answer that came too late is dropped. */
  async show() {
    clearTimeout(this.timer);
    const text = this.input.value;
    this.asking?.abort();
    this.asking = new AbortController();
    const answer = await this.answer(text, this.asking.signal);
    if (answer === null || text !== this.input.value || document.activeElement !== this.input) return;
    this.fill(answer, text);
  }

  async answer(text, signal) {
    if (this.answers.has(text)) return this.answers.get(text);
    try {
      const response = await fetch(`${this.dataset.address}?q=${encodeURIComponent(text)}`, { signal });
      if (!response.ok) return null;
      const answer = await response.text();
      if (this.answers.size >= ANSWERS_KEPT) this.answers.clear();
      this.answers.set(text, answer);
      return answer;
    } catch {
      return null; // Another letter was typed meanwhile, or there is no network: suggestions are no news then.
    }
  }

  fill(answer, text) {
    const part = document.createElement("template");
    part.innerHTML = answer;
    const parts = part.content;
    const offered = [...parts.children].filter((element) => element.matches("li"));
    const options = [...this.recent(parts, text), ...offered];
    options.forEach((option, index) => {
      option.id = `${this.list.id}-${index}`;
      option.setAttribute("aria-selected", "false");
    });
    this.list.replaceChildren(...options);
    const foot = parts.querySelector("[data-part=foot]").content;
    this.foot.replaceChildren(...(options.some((option) => "recent" in option.dataset) ? [foot] : []));
    this.activate(null);
    this.open(options.length > 0);
    this.say(options.length);
  }

  /** The options for what this browser remembers, made of the server's <template>. */
  recent(parts, text) {
    const row = parts.querySelector("[data-part=recent]");
    if (!row) return [];
    const wanted = text.trim().toLowerCase();
    return remembered.all().filter((search) => search.toLowerCase().startsWith(wanted)).slice(0, 6).map((search) => {
      const option = row.content.firstElementChild.cloneNode(true);
      option.dataset.search = search;
      option.querySelector("a").search = new URLSearchParams({ q: search });
      option.querySelector(".suggestion__text").textContent = search;
      return option;
    });
  }

  say(count) {
    const texts = this.dataset;
    if (count) this.status.textContent = count === 1 ? texts.textOne : texts.textMany.replace("{n}", count);
    else this.status.textContent = this.input.value.trim() ? texts.textNone : "";
  }

  open(isOpen) {
    this.popup.hidden = !isOpen;
    this.input.setAttribute("aria-expanded", String(isOpen));
    // On a phone the list is as wide as the page, wherever the field stands in it.
    if (isOpen) this.popup.style.setProperty("--field-start", `${this.getBoundingClientRect().left}px`);
  }

  close() {
    clearTimeout(this.timer);
    this.asking?.abort();
    this.activate(null);
    this.open(false);
    this.status.textContent = "";
  }

  // ── The keyboard ────────────────────────────────────────────────────────────────────────────────────────
  key(event) {
    if (event.key === "Escape" && this.isOpen) {
      this.close();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (event.altKey && event.key === "ArrowUp") this.close();
      else this.step(event.key === "ArrowDown" ? 1 : -1, event.altKey);
    } else if (event.key === "Enter" && this.active) {
      this.take(this.active);
    } else if (event.key === "Delete" && event.shiftKey && this.active && "recent" in this.active.dataset) {
      this.forget(this.active);
    } else {
      // Home, End and the arrows to the sides belong to the text in the field; with them one leaves the list.
      if (["Home", "End", "ArrowLeft", "ArrowRight"].includes(event.key)) this.activate(null);
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  /** Move by one option; before the first and after the last stands the field itself. */
  async step(by, onlyOpens) {
    if (!this.isOpen) {
      await this.show();
      if (onlyOpens) return;
    }
    const options = this.options;
    if (!this.isOpen || !options.length) return;
    const places = [...options, null];
    const now = places.indexOf(this.active);
    this.activate(places[(now + by + places.length) % places.length]);
  }

  activate(option) {
    this.active?.setAttribute("aria-selected", "false");
    this.active = option;
    if (option) {
      option.setAttribute("aria-selected", "true");
      this.input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else {
      this.input.removeAttribute("aria-activedescendant");
    }
  }

  // ── Taking one, and forgetting ──────────────────────────────────────────────────────────────────────────
  clicked(event) {
    const option = event.target.closest("[role=option]");
    if (event.target.closest("[data-forget-one]")) {
      event.preventDefault();
      this.forget(option);
    } else if (event.target.closest("a") && !(event.metaKey || event.ctrlKey || event.shiftKey)) {
      event.preventDefault();
      this.take(option);
    }
  }

  /** Search for it, keeping the filters of the form; or open it, if it is a page of its own. */
  take(option) {
    const { search } = option.dataset;
    const address = option.querySelector("a").href;
    this.close();
    if (search === undefined) {
      location.assign(address);
      return;
    }
    this.input.value = search;
    this.input.form.requestSubmit();
  }

  submitted() {
    const text = this.input.value.trim();
    if (text && !this.isSignedIn) remembered.add(text);
    this.close();
  }

  async forget(option) {
    if (this.isSignedIn) await this.post({ number: option.dataset.recent });
    else remembered.forget(option.dataset.search);
    this.forgotten();
  }

  async forgetAll() {
    if (this.isSignedIn) await this.post({});
    else remembered.keep([]);
    this.forgotten();
  }

  post(values) {
    const token = this.foot.querySelector("button").dataset.token;
    const body = new URLSearchParams({ ...values, csrfmiddlewaretoken: token });
    return fetch(this.dataset.forget, { method: "POST", body, redirect: "manual" }).catch(() => {});
  }

  async forgotten() {
    this.answers.clear();
    this.input.focus();
    await this.show();
    this.status.textContent = this.dataset.textForgotten;
  }
}

customElements.define("search-suggestions", SearchSuggestions);
