// <a|button|summary|input data-key="x">: pressing x goes there: links and buttons are pressed, fields take the cursor.
// Alt and the key do it also while typing; Escape leaves an empty field, where keys are letters.
// « ? » opens the list of the page, <dialog data-keys>, which is written in the page and holds the switch that turns
// single keys off (kept in this browser: it says nothing about anybody).
(() => {
  "use strict";

  const OFF = "shortcuts-off";
  const isTyping = (place) => place instanceof HTMLElement && (place.isContentEditable || place.matches("input:not([type=radio], [type=checkbox], [type=submit], [type=button]), textarea, select"));
  const isOff = () => {
    try {
      return localStorage.getItem(OFF) === "1";
    } catch {
      return false;
    }
  };

  const list = () => document.querySelector("dialog[data-keys]");

  const go = (element) => {
    const details = element.closest("details");
    if (details) details.open = true;
    if (element.matches("a, button")) {
      element.click();
      return;
    }
    element.focus();
    element.scrollIntoView({ block: "center" });
    if (element.matches("summary") && element.parentElement) element.parentElement.open = true;
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.repeat || event.defaultPrevented) return;
    const typing = isTyping(event.target);
    if (event.key === "Escape" && typing && event.target.value === "") event.target.blur();
    if (typing && !event.altKey) return;
    const key = event.altKey ? event.code.replace(/^Key/, "").toLowerCase() : event.key.toLowerCase();
    const dialog = list();
    if (event.key === "?" && dialog) {
      event.preventDefault();
      if (dialog.open) dialog.close();
      else dialog.showModal();
      return;
    }
    if ((isOff() && !event.altKey) || (dialog && dialog.open) || key.length !== 1) return;
    const wanted = [...document.querySelectorAll("[data-key]")].find((element) => element.dataset.key === key && element.getClientRects().length > 0);
    if (!wanted) return;
    event.preventDefault();
    go(wanted);
  });

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-keys-open]");
    if (opener) list()?.showModal();
  });

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-keys-open]").forEach((opener) => opener.removeAttribute("hidden"));
    document.querySelectorAll("input[data-keys-off]").forEach((box) => {
      box.checked = isOff();
      box.addEventListener("change", () => {
        try {
          localStorage.setItem(OFF, box.checked ? "1" : "0");
        } catch {
          // Without storage the keys work on, as everywhere.
        }
      });
    });
  });
})();
