// <input data-open-first="#results">: Enter opens the first link marked data-result of these results, once they are those
// of what is typed (data-results-for). Before that, and without this script, Enter sends the form as usual.
(() => {
  "use strict";

  const resultsOf = (field) => document.querySelector(field.dataset.openFirst);

  document.addEventListener("keydown", (event) => {
    const field = event.target;
    if (event.key !== "Enter" || event.isComposing || !(field instanceof HTMLElement) || !field.matches("input[data-open-first]")) return;
    const results = resultsOf(field);
    const typed = field.value.trim();
    const first = results?.querySelector("a[data-result]");
    if (!typed || !first || results.dataset.resultsFor !== typed) return;
    event.preventDefault();
    window.location.assign(first.href);
  });

  document.addEventListener("htmx:afterSwap", (event) => {
    const field = event.detail.requestConfig?.elt;
    if (!field?.matches?.("input[data-open-first]")) return;
    resultsOf(field).dataset.resultsFor = (event.detail.requestConfig.parameters?.q ?? "").trim();
  });
})();
