// <slide-show>: plays a presentation in a dialog over the page. The slides live in a sandboxed frame, an origin of their
// own; all that passes between them and this page are numbers of slides and wishes. Without it the link leads there.
class SlideShow extends HTMLElement {
  connectedCallback() {
    this.stage = this.querySelector("dialog");
    this.at = this.querySelector(".slides__at");
    this.beyond = this.querySelector("[data-beyond]");
    this.querySelector(".slides__play").addEventListener("click", (event) => this.open(event));
    this.stage.addEventListener("click", (event) => this.onClick(event));
    this.stage.addEventListener("close", () => this.onClose());
    this.stage.addEventListener("keydown", (event) => this.onKey(event));
    this.onMessage = this.onMessage.bind(this);
    window.addEventListener("message", this.onMessage);
  }

  disconnectedCallback() {
    window.removeEventListener("message", this.onMessage);
  }

  open(event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.frame = document.createElement("iframe");
    this.frame.setAttribute("sandbox", "allow-scripts");
    this.frame.title = this.stage.getAttribute("aria-label");
    this.frame.src = event.currentTarget.href;
    this.frame.addEventListener("load", () => this.frame?.focus());
    this.querySelector(".slides__frame").replaceChildren(this.frame);
    this.stage.showModal();
  }

  onClose() {
    this.frame?.remove();
    this.frame = null;
    this.at.textContent = "";
    if (this.beyond) this.beyond.hidden = true;
  }

  onClick(event) {
    const button = event.target.closest("[data-move], [data-close], [data-beyond]");
    if (!button) return;
    if (button.dataset.move) this.move(button.dataset.move);
    else this.stage.close();
  }

  // While the focus is on a button; in the frame the slides hear the keys themselves.
  onKey(event) {
    const move = { ArrowRight: "next", PageDown: "next", ArrowLeft: "previous", PageUp: "previous" }[event.key];
    if (!move) return;
    event.preventDefault();
    this.move(move);
  }

  move(wish) {
    this.frame?.contentWindow.postMessage({ slides: wish }, "*"); // its origin is opaque, nothing else names it
  }

  // The frame is believed as little as any other: it can only say which slide it shows, or ask to be closed.
  onMessage(event) {
    if (!this.frame || event.source !== this.frame.contentWindow) return;
    const { slides, number } = Object(event.data);
    if (slides === "close") this.stage.close();
    if (slides !== "at" || !Number.isInteger(number)) return;
    this.at.textContent = this.at.dataset.text.replace("{number}", number).replace("{total}", this.at.dataset.total);
    if (this.beyond) this.beyond.hidden = number < Number(this.dataset.last);
  }
}

customElements.define("slide-show", SlideShow);
