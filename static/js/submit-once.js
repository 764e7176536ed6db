// Forms marked data-submit-once: a second press of the button does nothing while the first is on its way.
// The server is safe without it (idempotency key); this spares a person the doubt.
(() => {
  "use strict";

  const busy = new Set();

  const restore = (form) => {
    form.querySelectorAll("[data-was-enabled]").forEach((button) => {
      button.disabled = false;
      button.removeAttribute("data-was-enabled");
    });
    form.removeAttribute("aria-busy");
    busy.delete(form);
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-submit-once]")) return;
    if (busy.has(form)) {
      event.preventDefault();
      return;
    }
    if (event.defaultPrevented) return;
    busy.add(form);
    form.setAttribute("aria-busy", "true");
    // After the browser has read the form: a disabled button would not send its own name and value.
    setTimeout(() => {
      form.querySelectorAll("button:not([disabled]):not([type=button])").forEach((button) => {
        button.disabled = true;
        button.setAttribute("data-was-enabled", "");
      });
    });
  });

  // Coming back with the browser's button shows the page as it was left.
  window.addEventListener("pageshow", () => [...busy].forEach(restore));
  document.addEventListener("htmx:afterRequest", () => [...busy].forEach(restore));
})();
