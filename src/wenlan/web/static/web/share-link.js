// <share-link>: copies the address it holds, and hands it to the system's own share sheet where there is one.
// Without it the address stands in a field, ready to be selected.
class ShareLink extends HTMLElement {
  connectedCallback() {
    this.field = this.querySelector("input");
    this.field.addEventListener("focus", () => this.field.select());
    this.querySelector(".share__actions").hidden = false;
    const copy = this.querySelector("[data-copy]");
    copy.addEventListener("click", () => this.copy(copy));
    const send = this.querySelector("[data-system-share]");
    if (navigator.share) {
      send.hidden = false;
      send.addEventListener("click", () => {
        // Rejected when the person closes the sheet again, which is no error.
        navigator.share({ title: send.dataset.title, url: this.field.value }).catch(() => {});
      });
    }
  }

  async copy(button) {
    this.field.select();
    try {
      await navigator.clipboard.writeText(this.field.value);
    } catch {
      // No clipboard without a secure context; the older way works on the selection just made.
      document.execCommand("copy");
    }
    const label = button.querySelector("span");
    const before = label.textContent;
    label.textContent = button.dataset.done;
    setTimeout(() => { label.textContent = before; }, 2000);
  }
}

customElements.define("share-link", ShareLink);
