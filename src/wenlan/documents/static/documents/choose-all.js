/**
 * <choose-all>: one checkbox that ticks every box of the form around it, and how many are ticked.
 *
 * Where this script does not run, the link inside loads the page again with every box ticked.
 */
class ChooseAll extends HTMLElement {
  connectedCallback() {
    this.querySelector("a").hidden = true;
    this.querySelector("label").hidden = false;
    this.all = this.querySelector("input");
    this.boxes = [...this.closest("form").elements].filter((box) => box.type === "checkbox" && box !== this.all);
    this.all.addEventListener("change", () => {
      for (const box of this.boxes) box.checked = this.all.checked;
      this.count();
    });
    for (const box of this.boxes) box.addEventListener("change", () => this.count());
    this.count();
  }

  count() {
    const chosen = this.boxes.filter((box) => box.checked).length;
    this.all.checked = chosen === this.boxes.length;
    this.all.indeterminate = chosen > 0 && chosen < this.boxes.length;
    this.querySelector("[role=status]").textContent = this.dataset.textCount.replace("{count}", chosen);
    for (const box of this.boxes) box.closest("li")?.classList.toggle("mine__row--chosen", box.checked);
  }
}

customElements.define("choose-all", ChooseAll);
