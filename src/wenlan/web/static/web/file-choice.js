// <file-choice>: a button in the language of the page instead of the browser's own words, and the name of what was chosen.
// Without it the browser's own field stands there alone (see forms.css).
class FileChoice extends HTMLElement {
  connectedCallback() {
    const input = this.querySelector("input");
    const chosen = this.querySelector('[data-part="chosen"]');
    const show = () => { chosen.textContent = Array.from(input.files, (file) => file.name).join(", "); };
    input.addEventListener("change", show);
    show();
  }
}

customElements.define("file-choice", FileChoice);
