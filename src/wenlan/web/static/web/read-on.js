// <read-on>: takes the fold after a description away while the whole of it is in sight.
// How many lines a text takes on this screen is only guessed where the page is made; without this the fold stays.
class ReadOn extends HTMLElement {
  connectedCallback() {
    const fold = this.querySelector("details");
    const text = this.previousElementSibling;
    this.observer = new ResizeObserver(() => {
      if (!fold.open) this.hidden = text.scrollHeight <= text.clientHeight + 1;
    });
    this.observer.observe(text);
  }

  disconnectedCallback() {
    this.observer.disconnect();
  }
}

customElements.define("read-on", ReadOn);
