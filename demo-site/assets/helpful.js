/** Thanks the reader of a help page for the answer; the tag sees the click by its `data-declic-event`. */
const choices = document.querySelector("#helpful-choices");

choices.addEventListener("click", ({ target }) => {
  if (!target.closest("button")) return;
  const thanks = document.querySelector("#helpful-thanks");
  thanks.textContent = document.querySelector("#helpful-text").innerHTML;
  thanks.tabIndex = -1;
  thanks.focus();
  choices.hidden = true;
});
