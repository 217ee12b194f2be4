/** What every page does: the basket's count in the header, the current page in the navigation, and the consent bar. */
import { sums } from "./basket.js";
import { decide, recall } from "./consent.js";

const count = document.querySelector("#basket-count");

function showCount() {
  const { items } = sums();
  count.textContent = items;
  count.hidden = items === 0;
  document.querySelector("#basket-empty-note").hidden = items > 0;
}

document.addEventListener("basket", showCount);
window.addEventListener("pageshow", showCount); // a page that comes back by the back button may be out of date
window.addEventListener("storage", showCount);
showCount();

for (const link of document.querySelectorAll("header nav a")) {
  if (location.pathname === link.pathname) link.setAttribute("aria-current", "page");
  else if (location.pathname.startsWith(link.dataset.section)) link.setAttribute("aria-current", "true");
}

/* The other language of this very page, with what its address says besides, such as a campaign. */
const other = document.querySelector("header a.language");
const query = new URLSearchParams(location.search);
query.set("language", other.lang);
other.search = query;

const bar = document.querySelector("#consent-bar");

/* What the tag shows at the bottom stands above the bar: a choice must never be covered. */
new ResizeObserver(() => {
  document.documentElement.style.setProperty("--declic-offset", `${bar.offsetHeight}px`);
}).observe(bar);

/* Answered in another tab, or on the page one comes back from. */
window.addEventListener("storage", recall);
window.addEventListener("pageshow", (event) => event.persisted && recall());

/* early.js marked the document while nobody has answered; the style sheet shows the bar by that mark. */
bar.addEventListener("click", ({ target }) => {
  const answer = target.closest("[data-answer]")?.dataset.answer;
  if (!answer) return;
  decide(answer);
  document.querySelector("main").focus({ preventScroll: true }); // the button that had the focus is gone
});
