// <input list="…" data-combobox>: type a few letters, press Enter. Without this script the datalist does the work.
//
// Options of the datalist: value (label), data-search (more words), data-value (code), data-hint (shown beside the label).
// Input: data-combobox-code="id" names a hidden field that receives the code of the picked option.
// Accents, case and the order of words do not matter: each typed word must begin some word of the label or of data-search.
// When nothing is written so, spelling mistakes are forgiven: one from four letters, two from eight (as the server does).
(() => {
  "use strict";

  const SHOWN = 8;
  let serial = 0;

  const plain = (text) =>
    text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(/œ/g, "oe").replace(/æ/g, "ae");
  const wordsOf = (text) => plain(text).split(/[^a-z0-9]+/).filter(Boolean);

  const readOptions = (datalist) =>
    [...datalist.options].map((option) => {
      const label = option.value;
      const inLabel = wordsOf(label);
      return {
        label,
        code: option.dataset.value ?? label,
        hint: option.dataset.hint ?? "",
        inLabel,
        words: inLabel.concat(wordsOf(option.dataset.search ?? "")),
      };
    });

  // Lower is better: every word found in the label, then the first word at its very beginning.
  const rank = (option, typed) => {
    if (!typed.every((word) => option.words.some((known) => known.startsWith(word)))) return null;
    const inLabel = typed.every((word) => option.inLabel.some((known) => known.startsWith(word)));
    const atStart = option.inLabel[0]?.startsWith(typed[0]);
    return (inLabel ? 0 : 2) + (atStart ? 0 : 1);
  };

  const forgiven = (word) => (word.length < 4 ? 0 : word.length < 8 ? 1 : 2);

  // The fewest mistakes (letter missing, added, changed, neighbours swapped) that make a word the beginning of a known one.
  const mistakes = (typed, known, limit) => {
    let same = 0;
    while (same < typed.length && typed[same] === known[same]) same += 1;
    if (same === typed.length) return 0;
    if (limit === 0) return 1;
    const [rest, left] = [typed.slice(same), known.slice(same)];
    const ways = [[rest.slice(1), left]];
    if (left) ways.push([rest.slice(1), left.slice(1)], [rest, left.slice(1)]);
    if (left.length > 1 && rest[0] === left[1] && rest[1] === left[0]) ways.push([rest.slice(2), left.slice(2)]);
    return 1 + Math.min(...ways.map(([one, other]) => mistakes(one, other, limit - 1)));
  };

  const rankMisspelt = (option, typed) => {
    let total = 0;
    for (const word of typed) {
      const limit = forgiven(word);
      const fewest = Math.min(...option.words.map((known) => mistakes(word, known, limit)));
      if (fewest > limit) return null;
      total += fewest;
    }
    return total;
  };

  const find = (options, text) => {
    const typed = wordsOf(text);
    if (typed.length === 0) return [];
    const exact = ordered(options, (option) => rank(option, typed));
    return exact.length > 0 ? exact : ordered(options, (option) => rankMisspelt(option, typed));
  };

  const ordered = (options, rankOf) =>
    options
      .map((option, place) => ({ option, place, rank: rankOf(option) }))
      .filter((found) => found.rank !== null)
      .sort((a, b) => a.rank - b.rank || a.place - b.place)
      .slice(0, SHOWN)
      .map((found) => found.option);

  const nextField = (input) => {
    const form = input.form;
    if (!form) return null;
    const fields = [...form.elements].filter(
      (field) => !field.disabled && field.type !== "hidden" && field.tagName !== "FIELDSET" && field.offsetParent !== null
    );
    const next = fields[fields.indexOf(input) + 1];
    if (next?.type !== "radio") return next ?? null;
    return form.querySelector(`input[type=radio][name="${CSS.escape(next.name)}"]:checked`) ?? next;
  };

  const enhance = (input) => {
    const datalist = document.getElementById(input.getAttribute("list"));
    if (!datalist || input.dataset.comboboxReady) return;
    input.dataset.comboboxReady = "true";
    const options = readOptions(datalist);
    const code = document.getElementById(input.dataset.comboboxCode ?? "");
    const name = `combobox-${++serial}`;

    const box = document.createElement("div");
    box.className = "app-combobox";
    const hadFocus = document.activeElement === input;
    input.replaceWith(box);
    const list = document.createElement("ul");
    list.className = "app-combobox__list";
    list.id = `${name}-list`;
    list.hidden = true;
    list.setAttribute("role", "listbox");
    const label = input.labels?.[0];
    list.setAttribute("aria-label", label ? `Propositions : ${label.textContent.trim()}` : "Propositions");
    const status = document.createElement("div");
    status.className = "fr-sr-only";
    status.setAttribute("role", "status");
    box.append(input, list, status);
    if (hadFocus) input.focus();

    input.removeAttribute("list");
    input.autocomplete = "off";
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", list.id);

    let shown = [];
    let active = -1;
    let picked = options.find((option) => option.label === input.value) ?? null;
    if (picked && code && !code.value) code.value = picked.code;

    const activate = (place) => {
      active = place;
      [...list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === active)));
      if (active >= 0) {
        input.setAttribute("aria-activedescendant", list.children[active].id);
        list.children[active].scrollIntoView({ block: "nearest" });
      } else {
        input.removeAttribute("aria-activedescendant");
      }
    };

    const close = () => {
      list.hidden = true;
      input.setAttribute("aria-expanded", "false");
      activate(-1);
    };

    const pick = (option) => {
      picked = option;
      input.value = option.label;
      if (code) code.value = option.code;
      status.textContent = `${option.label}, choisi`;
      close();
      input.dispatchEvent(new Event("change", { bubbles: true }));
    };

    const item = (option, at) => {
      const line = document.createElement("li");
      line.id = `${name}-${at}`;
      line.className = "app-combobox__option";
      line.setAttribute("role", "option");
      line.setAttribute("aria-selected", "false");
      const text = document.createElement("span");
      text.textContent = option.label;
      line.append(text);
      if (option.hint) {
        const hint = document.createElement("span");
        hint.className = "app-combobox__hint";
        hint.textContent = option.hint;
        line.append(hint);
      }
      line.addEventListener("mousedown", (event) => event.preventDefault());
      line.addEventListener("click", () => {
        pick(option);
        nextField(input)?.focus();
      });
      return line;
    };

    const open = () => {
      shown = find(options, input.value);
      list.replaceChildren(...shown.map(item));
      const some = shown.length > 0;
      list.hidden = !some;
      input.setAttribute("aria-expanded", String(some));
      activate(some ? 0 : -1);
      if (input.value.trim() === "") status.textContent = "";
      else status.textContent = some ? `${shown.length} proposition${shown.length > 1 ? "s" : ""}` : "Aucune proposition";
    };

    input.addEventListener("input", () => {
      picked = options.find((option) => option.label === input.value) ?? null;
      if (code) code.value = picked ? picked.code : "";
      if (picked) close();
      else open();
    });

    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (list.hidden) return open();
        const step = event.key === "ArrowDown" ? 1 : -1;
        activate((active + step + shown.length) % shown.length);
      } else if (event.key === "Enter" && !picked && !list.hidden && shown.length > 0) {
        event.preventDefault();
        pick(shown[Math.max(active, 0)]);
        nextField(input)?.focus();
      } else if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        close();
      } else if (event.key === "Tab" && !picked && !list.hidden && active >= 0) {
        pick(shown[active]);
      }
    });

    input.addEventListener("blur", close);
  };

  const enhanceAll = (root) => root.querySelectorAll("input[list][data-combobox]").forEach(enhance);
  enhanceAll(document);
  document.addEventListener("htmx:load", (event) => enhanceAll(event.target));
})();
