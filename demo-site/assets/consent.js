/**
 * The site's own consent: asked once, kept in this browser, told to the tag.
 *
 * The tag keeps no consent itself; early.js tells it on each page, and this on each change.
 */
const KEY = "sonnette.consent";

/** `granted`, `denied`, or null while nobody has answered. */
export function consent() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

/** Passes on the answer this browser keeps: given in another tab, it holds in this one too. */
export function recall() {
  const answer = consent();
  if (answer) tell(answer);
}

/** Keeps the visitor's answer and passes it on. Who follows it listens to `consent` on `document`. */
export function decide(answer) {
  try {
    localStorage.setItem(KEY, answer);
  } catch {
    // storage is blocked: the answer holds for this page only
  }
  tell(answer);
}

function tell(answer) {
  delete document.documentElement.dataset.consent;
  declic("consent", answer);
  document.dispatchEvent(new CustomEvent("consent", { detail: answer }));
}
