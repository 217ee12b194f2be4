/**
 * Checks forms the way the site wants it said: one sentence per field, under it, in the page's language.
 *
 * Takes a form marked `novalidate` whose fields (or fieldsets, for a choice) carry `data-fault`.
 */

/** Calls `then` when the form is sent with every field valid; else shows the faults and moves to the first. */
export function whenComplete(form, then) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const faulty = carriers(form).filter((carrier) => !checked(carrier));
    if (faulty.length === 0) then(new FormData(form));
    else firstControl(faulty[0]).focus();
  });

  // On input, not on change: a change comes with the press on the button, and a sentence that goes away just then
  // moves the button from under the pointer.
  form.addEventListener("input", ({ target }) => {
    const carrier = target.closest("[data-fault]");
    if (carrier?.hasAttribute("aria-invalid")) checked(carrier);
  });
}

/** Fields are marked one by one, a choice of several by its fieldset. */
function carriers(form) {
  return [...form.querySelectorAll("[data-fault]")];
}

function firstControl(carrier) {
  return carrier.matches("fieldset") ? carrier.querySelector("input") : carrier;
}

/** Whether it is valid; shows or removes its sentence accordingly. */
function checked(carrier) {
  const valid = firstControl(carrier).checkValidity();
  const id = `${firstControl(carrier).name}-fault`;
  document.getElementById(id)?.remove();
  carrier.removeAttribute("aria-invalid");
  carrier.removeAttribute("aria-describedby");
  if (valid) return true;

  const fault = Object.assign(document.createElement("p"), { id, className: "fault", textContent: carrier.dataset.fault });
  if (carrier.matches("fieldset")) carrier.append(fault);
  else carrier.after(fault);
  carrier.setAttribute("aria-invalid", "true");
  carrier.setAttribute("aria-describedby", id);
  return false;
}
