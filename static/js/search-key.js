// <input data-search-key>: the key « / » brings the cursor to it from anywhere, unless one is typing already.
(() => {
  "use strict";

  const isTyping = (place) => place instanceof HTMLElement && (place.isContentEditable || place.matches("input, textarea, select"));

  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const field = document.querySelector("input[data-search-key]");
    if (!field) return;
    event.preventDefault();
    field.focus();
    field.select();
  });
})();
