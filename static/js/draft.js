// A form that holds <div data-draft="address">: what is typed is saved on the server a moment after the last key, so that
// it comes back after a crash, a dead battery or the end of the session. Nothing is kept in the browser.
//
// data-draft-about: the request it is about; data-draft-opened, data-draft-known: when the page was made, and the draft it
// has seen. Once something was saved the form says so (« drafted »), and the server forgets the draft with the form.
// Without this script nothing is saved, and every form works as it does.
(() => {
  "use strict";

  const PAUSE_MS = 1500;
  const AGAIN_MS = 4000;
  const PATIENCE_MS = 1000;
  const LONGEST_KEPT_ALIVE = 60000; // a browser carries no more past the page that sends it
  const OURS = ["csrfmiddlewaretoken", "typed_by", "key", "drafted"];

  const enhance = (box) => {
    const form = box.closest("form");
    if (!form || box.dataset.draftReady) return;
    box.dataset.draftReady = "true";
    const said = box.querySelector("[data-draft-said]");
    let waiting = 0;
    let isSaving = false;
    let isSent = false;
    let isChanged = false;
    let saving = Promise.resolve();
    let underway = null;

    const typed = () => {
      const fields = new URLSearchParams();
      for (const [name, value] of new FormData(form)) {
        if (typeof value === "string" && !OURS.includes(name)) fields.append(name, value);
      }
      fields.set("draft_about", box.dataset.draftAbout);
      fields.set("draft_opened", box.dataset.draftOpened);
      fields.set("draft_known", box.dataset.draftKnown);
      return fields;
    };

    const markDrafted = () => {
      if (form.querySelector("input[name=drafted]")) return;
      const mark = document.createElement("input");
      mark.type = "hidden";
      mark.name = "drafted";
      mark.value = "1";
      box.append(mark);
    };

    const clearRefusal = () => form.querySelectorAll("[data-draft-refused]").forEach((line) => line.remove());

    const refuse = (answer) => {
      const field = answer.field ? form.querySelector(`[name="${CSS.escape(answer.field)}"]:not([type=hidden])`) : null;
      if (!field) return void (said.textContent = answer.said ?? "");
      const line = document.createElement("p");
      line.className = "fr-error-text";
      line.dataset.draftRefused = "";
      line.setAttribute("role", "alert");
      line.textContent = answer.said;
      (field.closest(".fr-input-group") ?? field.parentElement).append(line);
      said.textContent = "";
    };

    const soon = (delay) => {
      clearTimeout(waiting);
      waiting = setTimeout(save, delay);
    };

    const save = () => {
      if (!isSent && !isSaving && isChanged) saving = send();
      return saving;
    };

    const send = async () => {
      isSaving = true;
      isChanged = false;
      markDrafted();
      underway = new AbortController();
      const body = typed();
      try {
        const response = await fetch(box.dataset.draft, {
          method: "POST",
          body,
          keepalive: body.toString().length < LONGEST_KEPT_ALIVE,
          headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value, Accept: "application/json" },
          redirect: "manual",
          signal: underway.signal,
        });
        clearRefusal();
        if (response.type === "opaqueredirect" || response.status === 403) {
          said.textContent = "Votre session est terminée : ce texte sera repris quand vous l’enverrez.";
        } else if (response.status === 429) {
          isChanged = true;
        } else {
          const answer = await response.json();
          if (response.ok) {
            box.dataset.draftKnown = answer.known;
            said.textContent = answer.said;
          } else {
            refuse(answer);
          }
        }
      } catch (error) {
        if (error.name !== "AbortError") {
          isChanged = true;
          said.textContent = "Brouillon non enregistré : le réseau ne répond pas.";
        }
      } finally {
        isSaving = false;
        if (isChanged && !isSent) soon(AGAIN_MS);
      }
    };

    const changed = (event) => {
      if (event.target instanceof HTMLElement && event.target.closest("form") !== form) return;
      isChanged = true;
      soon(PAUSE_MS);
    };

    form.addEventListener("input", changed);
    form.addEventListener("change", changed);
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented) return;
      isSent = true;
      clearTimeout(waiting);
      underway?.abort();
    });
    // Another form of the page leads to a page that shows the draft: it is saved first, if the server is quick enough.
    const letGo = new WeakSet();
    const saveFirst = async (event) => {
      const other = event.target;
      if (other === form || letGo.delete(other) || !isChanged) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      clearTimeout(waiting);
      const enough = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
      await Promise.race([saving.then(save), enough]);
      letGo.add(other);
      other.requestSubmit(event.submitter);
    };
    document.addEventListener("submit", saveFirst, true);
    // The screen of a phone goes dark, another window comes: what is typed is saved at once.
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden" && isChanged) save();
    });
    window.addEventListener("pageshow", () => (isSent = false));
  };

  document.querySelectorAll("[data-draft]").forEach(enhance);
})();
