/**
 * <amount-choice>: who writes an amount of their own has chosen it, and who chooses another empties the field.
 *
 * Where this script does not run, the site asks about a choice that contradicts what was written.
 */
class AmountChoice extends HTMLElement {
  connectedCallback() {
    const written = this.querySelector("input[type=text]");
    const own = written.closest(".amount-choice").querySelector("input[type=radio]");
    written.addEventListener("input", () => {
      own.checked = true;
    });
    this.addEventListener("change", (event) => {
      if (event.target.type !== "radio") return;
      if (event.target === own) written.focus();
      else written.value = "";
    });
  }
}

customElements.define("amount-choice", AmountChoice);
