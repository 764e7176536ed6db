// <button data-print hidden>: prints the page. Without this script the button stays hidden and a sentence says how.
(() => {
  "use strict";

  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
})();
