/** The privacy page: shows the visitor's choice and changes it, and opens the panel with what is known. */
import { consent, decide } from "./consent.js";

const form = document.querySelector("#privacy");

function show() {
  form.elements.consent.value = consent() ?? "";
}

form.addEventListener("change", () => {
  const answer = form.elements.consent.value;
  decide(answer);
  document.querySelector("#kept").textContent = document.querySelector(`#${answer}-text`).content.textContent;
});

document.querySelector("#preferences").addEventListener("click", () => declic("preferences"));
document.addEventListener("consent", show);
show();
