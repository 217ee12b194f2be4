/** The basket page: draws the lines from the basket and changes it. */
import { clear, lines, MOST_OF_ONE, set, sums } from "./basket.js";
import { price } from "./catalogue.js";

const language = document.documentElement.lang;
const list = document.querySelector("#lines");
const lineTemplate = document.querySelector("#line").content;

/** Rows by slug, so that a change redraws numbers and never moves the focus. */
const rows = new Map();

function draw() {
  const current = lines();
  for (const [slug, row] of rows) {
    if (current.some(({ product }) => product.slug === slug)) continue;
    row.remove();
    rows.delete(slug);
  }
  for (const { product, quantity } of current) {
    if (!rows.has(product.slug)) list.append(newRow(product));
    const row = rows.get(product.slug);
    row.querySelector("input").value = quantity;
    row.querySelector("[data-step='1']").disabled = quantity >= MOST_OF_ONE;
    row.querySelector(".price").textContent = price(product.price * quantity, language);
  }

  const { items, goods, delivery, total } = sums();
  document.querySelector("#blank").hidden = items > 0;
  document.querySelector("#filled").hidden = items === 0;
  document.querySelector("#goods").textContent = price(goods, language);
  document.querySelector("#delivery").textContent = delivery ? price(delivery, language) : textOf("#free");
  document.querySelector("#total").textContent = price(total, language);
}

function newRow(product) {
  const row = lineTemplate.cloneNode(true).firstElementChild;
  const { name } = product.texts[language];
  row.querySelector("use").setAttribute("href", `/assets/art.svg#${product.art}`);
  row.querySelector("h2 a").textContent = name;
  row.querySelector("h2 a").href = `/p/${product.slug}`;
  row.querySelector("[data-remove] .quiet").textContent = ` ${name}`;
  row.querySelector(".stepper").setAttribute("aria-label", name);
  row.dataset.slug = product.slug;
  rows.set(product.slug, row);
  return row;
}

list.addEventListener("click", ({ target }) => {
  const button = target.closest("button");
  if (!button) return;
  const row = button.closest(".line");
  const quantity = row.querySelector("input").valueAsNumber || 0;
  change(row, button.dataset.step ? quantity + Number(button.dataset.step) : 0);
});

list.addEventListener("change", ({ target }) => {
  const quantity = Math.round(target.valueAsNumber);
  if (quantity >= 0) change(target.closest(".line"), quantity);
  else draw(); // not a number: back to what it was
});

/** Sets a row's quantity; when the row goes, the focus moves to the next one or to the page, and the sum is said. */
function change(row, quantity) {
  const heir = row.nextElementSibling ?? row.previousElementSibling;
  set(row.dataset.slug, quantity);
  if (!row.isConnected) (heir?.querySelector("h2 a") ?? document.querySelector("main")).focus();
  say();
}

document.querySelector("#clear").addEventListener("click", () => {
  clear();
  document.querySelector("main").focus();
  say();
});

function say() {
  const { items, total } = sums();
  document.querySelector("#spoken").textContent = items ? `Total ${price(total, language)}` : textOf("#emptied");
}

function textOf(template) {
  return document.querySelector(template).content.textContent;
}

document.addEventListener("basket", draw);
window.addEventListener("pageshow", draw);
window.addEventListener("storage", draw);
draw();
