// An element marked data-presence is told « presence » every 20 seconds while the page is seen: htmx then asks who else
// has it open. A page in the background says nothing, so its reader is gone for the others.
(() => {
  "use strict";

  const EVERY = 20000;

  const say = () => {
    if (document.visibilityState !== "visible") return;
    document.querySelectorAll("[data-presence]").forEach((element) => element.dispatchEvent(new Event("presence")));
  };

  setInterval(say, EVERY);
  document.addEventListener("visibilitychange", say);
})();
