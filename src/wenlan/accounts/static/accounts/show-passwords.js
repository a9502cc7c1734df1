// <show-passwords>: puts a button into each password field it holds that shows what was typed.
class ShowPasswords extends HTMLElement {
  connectedCallback() {
    for (const field of this.querySelectorAll("input[type=password]")) this.equip(field);
  }

  equip(field) {
    const box = document.createElement("div");
    box.className = "password-box";
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-label", this.dataset.name);
    button.setAttribute("aria-controls", field.id);
    const show = (isShown) => {
      field.type = isShown ? "text" : "password";
      button.setAttribute("aria-pressed", isShown);
      button.textContent = isShown ? this.dataset.hide : this.dataset.show;
    };
    button.addEventListener("click", () => show(field.type === "password"));
    // Sent as a password, so that the browser offers to keep it.
    field.form.addEventListener("submit", () => show(false));
    show(false);
    const hasFocus = document.activeElement === field;
    field.replaceWith(box);
    box.append(field, button);
    if (hasFocus) field.focus();
  }
}

customElements.define("show-passwords", ShowPasswords);
