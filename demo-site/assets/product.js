/** The product page: puts the article in the basket and says so. */
import { add } from "./basket.js";

const form = document.querySelector("#buy");

form.addEventListener("submit", (event) => {
  event.preventDefault();
  add(form.dataset.slug, form.elements.quantity.valueAsNumber);
  const said = document.querySelector("#added-text").content.cloneNode(true);
  document.querySelector("#added").replaceChildren(said);
});
