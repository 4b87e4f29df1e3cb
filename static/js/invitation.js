/* Tells once that a person has this page before them: at the first touch, key, press, turn of the wheel or move of the
   pointer. Programs that open every link of a mail do none of these. */
const form = document.querySelector("#invitation-seen");
const signs = ["pointerdown", "pointermove", "keydown", "touchstart", "wheel"];

function tell(event) {
  // A browser reports a pointer that rests also when the page is drawn under it, without anybody's hand on it.
  const rests = event.type === "pointermove" && !event.movementX && !event.movementY;
  if (!event.isTrusted || rests) return;
  for (const sign of signs) removeEventListener(sign, tell, { capture: true });
  // The press of a button may leave the page at once.
  fetch(form.action, { method: "POST", body: new FormData(form), keepalive: true });
}

for (const sign of form ? signs : []) addEventListener(sign, tell, { passive: true, capture: true });
