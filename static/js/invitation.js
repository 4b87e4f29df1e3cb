/* Tells once that a person has this page before them: at the first touch, key, move of the pointer or scroll. Programs
   that open every link of a mail do none of these. */
const form = document.querySelector("#invitation-seen");
const signs = ["pointerdown", "pointermove", "keydown", "touchstart", "scroll"];

function tell(event) {
  if (!event.isTrusted) return;
  for (const sign of signs) removeEventListener(sign, tell, { capture: true });
  // The press of a button may leave the page at once.
  fetch(form.action, { method: "POST", body: new FormData(form), keepalive: true });
}

for (const sign of form ? signs : []) addEventListener(sign, tell, { passive: true, capture: true });
