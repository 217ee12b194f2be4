/**
 * The three steps of the insurance quote.
 *
 * Keeps the answers in this tab's `sessionStorage`, never in the address: an address is read by tags and logs.
 */
import { price } from "./catalogue.js";
import { whenComplete } from "./forms.js";

const KEY = "sonnette.quote";
const language = document.documentElement.lang;

/** Share of the bicycle's price that a year of theft and damage costs, by kind: what is stolen more costs more. */
const RATES = { city: 0.06, road: 0.075, electric: 0.08, cargo: 0.065 };

/** What the place it sleeps in does to the premium. */
const PLACES = { home: 0.85, shed: 1, street: 1.4 };

/** No contract is worth its paper below this, in euros a month. */
const LEAST_MONTHLY = 4;

const answers = JSON.parse(sessionStorage.getItem(KEY)) ?? {};
const form = document.querySelector("form[data-next]");
const complete = answers.kind in RATES && answers.place in PLACES;

if (form) {
  for (const [name, value] of Object.entries(answers)) {
    if (form.elements[name]) form.elements[name].value = value;
  }
  whenComplete(form, (data) => {
    sessionStorage.setItem(KEY, JSON.stringify({ ...answers, ...Object.fromEntries(data) }));
    location.assign(form.dataset.next);
  });
} else {
  document.querySelector("#offer").hidden = !complete;
  document.querySelector("#incomplete").hidden = complete;
  if (complete) show();
}

function show() {
  const yearly = Number(answers.worth) * RATES[answers.kind] * PLACES[answers.place];
  const monthly = Math.max(yearly / 12, LEAST_MONTHLY);
  document.querySelector("#full").textContent = price(monthly, language);
  document.querySelector("#theft").textContent = price(Math.max(monthly * 0.65, LEAST_MONTHLY), language);
  document.querySelector("#worth").textContent = price(Number(answers.worth), language);

  document.querySelector("#keep").addEventListener("click", ({ currentTarget }) => {
    declic("track", "quote_kept");
    document.querySelector("#kept").textContent = document.querySelector("#kept-text").content.textContent;
    currentTarget.disabled = true;
  });
}
