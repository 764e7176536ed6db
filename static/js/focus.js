// An element marked data-focus takes the focus once it has come into the page: the field to go on with after a button.
// On a full page the same field has autofocus; browsers refuse that one in a page where something has the focus already.
(() => {
  "use strict";

  document.addEventListener("htmx:afterSettle", () => {
    const next = document.querySelector("[data-focus]");
    if (!next) return;
    next.removeAttribute("data-focus");
    next.focus();
  });
})();
