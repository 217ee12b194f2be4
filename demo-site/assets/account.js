/** The account page: tells the tag that whoever was here has signed out, and shows that a forged signature is worth nothing. */

document.querySelector("#sign-out")?.addEventListener("submit", () => declic("reset"));

document.querySelector("#forge").addEventListener("click", () => {
  // A signature has 64 hexadecimal digits: this one looks like one, and no secret makes it of this id.
  declic("identify", "c-1042", { proof: "0".repeat(64) });
  document.querySelector("#forged").textContent = document.querySelector("#forged-text").content.textContent;
});
