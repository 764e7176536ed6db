// <a data-favourite="1" data-favourite-of="id_procedure">: fills that field with data-label, by a click or by the key that
// it names while the field is empty; the cursor goes on to the next one. Without this script the link does it.
(() => {
  "use strict";

  const choose = (link) => {
    const field = document.getElementById(link.dataset.favouriteOf);
    field.value = link.dataset.label;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
    const next = field.form.querySelector("input[type=radio]:checked") ?? field.form.querySelector("[type=submit]");
    next.focus();
  };

  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a[data-favourite]") : null;
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    choose(link);
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !/^[1-9]$/.test(event.key)) return;
    const field = event.target;
    if (!(field instanceof HTMLInputElement) || field.value !== "") return;
    const link = document.querySelector(`a[data-favourite="${event.key}"][data-favourite-of="${CSS.escape(field.id)}"]`);
    if (!link) return;
    event.preventDefault();
    choose(link);
  });
})();
