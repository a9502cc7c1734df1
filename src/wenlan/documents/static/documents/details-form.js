/**
 * <details-form>: warns before changes are lost, and chooses what a number belongs to once it is written.
 *
 * The form inside works by itself where this script does not run.
 */
class DetailsForm extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.isChanged = Boolean(this.form.querySelector(".errorlist"));
    this.form.addEventListener("input", (event) => {
      this.isChanged = true;
      if (event.target.type !== "number") return;
      const choice = event.target.closest(".preview-choice")?.querySelector("input[type=radio]");
      if (choice) choice.checked = true;
    });
    this.form.addEventListener("submit", () => {
      this.isChanged = false;
    });
    this.warn = (event) => {
      if (this.isChanged) event.preventDefault();
    };
    window.addEventListener("beforeunload", this.warn);
  }

  disconnectedCallback() {
    window.removeEventListener("beforeunload", this.warn);
  }
}

customElements.define("details-form", DetailsForm);
