/* The forms of the API's documentation, sent from the page itself: with the token that was typed, and the answer shown below.
   The token is read from its field at each call and kept nowhere else. */

const token = document.getElementById("api-token");
const LONGEST_SHOWN = 40000;
const PATIENCE_MS = 20000;

for (const part of document.querySelectorAll("[data-lively]")) part.hidden = false;

/** The call that a form describes. Fields left empty are not sent. */
function requestOf(form) {
  const headers = {};
  const written = token.value.trim();
  if (written) headers.Authorization = `Bearer ${written.replace(/^Bearer\s+/i, "")}`;
  const signal = AbortSignal.timeout(PATIENCE_MS);
  if (form.method === "post") {
    headers["Content-Type"] = "application/json";
    return new Request(form.action, { method: "POST", headers, signal, body: form.elements.body.value });
  }
  const address = new URL(form.action);
  for (const [name, value] of new FormData(form)) if (value.trim()) address.searchParams.set(name, value.trim());
  return new Request(address, { headers, signal });
}

/** JSON with indents, anything else as it came. */
function legible(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function show(form, { status, isGood, content }) {
  const line = form.querySelector("[data-status]");
  form.querySelector("[data-answer]").hidden = false;
  line.dataset.kind = isGood ? "good" : "bad";
  line.textContent = status;
  const shown = legible(content);
  form.querySelector("[data-content]").textContent =
    shown.length > LONGEST_SHOWN ? `${shown.slice(0, LONGEST_SHOWN)}\n…` : shown;
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-try]");
  if (!form) return;
  event.preventDefault();
  if (form.ariaBusy === "true") return;
  form.ariaBusy = "true";
  const began = performance.now();
  try {
    const answer = await fetch(requestOf(form), { credentials: "omit", cache: "no-store" });
    const content = await answer.text();
    const took = Math.round(performance.now() - began);
    const kind = answer.headers.get("Content-Type")?.split(";")[0] ?? "";
    show(form, { status: `HTTP ${answer.status} · ${took} ms · ${kind}`, isGood: answer.ok, content });
  } catch (error) {
    show(form, { status: form.dataset.failed, isGood: false, content: String(error) });
  } finally {
    form.ariaBusy = "false";
  }
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.closest("figure").querySelector("code").textContent);
  button.closest("figure").querySelector("pre").focus();
});
