/* The calendars work as plain links and forms. This makes them quicker: arrow keys lead through a grid, a change of length
   or people shows at once, what was typed survives the choice of another slot, and an open page stays true. */

/* --- Keys: a grid is one stop for the Tab key; inside it the arrow keys, Home, End, Page Up and Page Down lead on. --- */

const KEPT_PLACE = "calendar-place";
const grids = (root) => root.querySelectorAll("[data-calendar]");
const boxOf = (link) => link.getBoundingClientRect();

/** The links as they belong together: the times of a day or of a room; a month is one line. */
function linesOf(grid) {
  const lines = [...grid.querySelectorAll(".day-times, .site-row-times, [data-line]")];
  const all = (lines.length ? lines : [grid]).map((line) => [...line.querySelectorAll("a")]);
  return all.filter((line) => line.length);
}

const linksOf = (grid) => linesOf(grid).flat();

function stopAt(grid, stop) {
  for (const link of linksOf(grid)) link.tabIndex = link === stop ? 0 : -1;
}

function enliven(root) {
  for (const grid of grids(root)) {
    grid.classList.add("is-lively");
    const links = linksOf(grid);
    const [first] = links;
    stopAt(grid, ["a:focus", "a[aria-current]", "a:not(.why)"].map((kind) => links.find((link) => link.matches(kind))).find(Boolean) ?? first);
  }
}

/** The link among some that lies beside the middle of a place, or nearest to it, along one axis. */
function nearest(links, box, [from, to]) {
  const middle = (box[from] + box[to]) / 2;
  const away = (link) => Math.max(boxOf(link)[from] - middle, middle - boxOf(link)[to], 0);
  return links.toSorted((a, b) => away(a) - away(b))[0];
}

/** The nearest link in the next row of links above (-1) or below (1), whatever line it belongs to. */
function acrossRows(grid, link, step) {
  const box = boxOf(link);
  const beyond = linksOf(grid).filter((other) => (boxOf(other).top - box.top) * step > box.height / 2);
  const edge = Math.min(...beyond.map((other) => boxOf(other).top * step));
  return nearest(beyond.filter((other) => Math.abs(boxOf(other).top * step - edge) < box.height / 2), box, ["left", "right"]);
}

/** The ends of what Home and End go along: the line, or in a month the week if it stands in one row. */
function endsOf(grid, line, link) {
  if (grid.dataset.calendar !== "month") return line;
  const week = line.filter((other) => Math.abs(boxOf(other).top - boxOf(link).top) < 2);
  return week.length > 1 ? week : line;
}

function following(grid, link, key) {
  const lines = linesOf(grid);
  const place = lines.findIndex((line) => line.includes(link));
  const line = lines[place];
  const next = line[line.indexOf(link) + 1];
  const before = line[line.indexOf(link) - 1];
  const beside = (step) => lines[place + step] && nearest(lines[place + step], boxOf(link), ["top", "bottom"]);
  // Lines that stand side by side are columns; on a small screen, and in the other views, they are stacked.
  const isColumns = lines.length > 1 && boxOf(lines[0][0].closest("ol, ul")).right <= boxOf(lines.at(-1)[0]).left;
  switch (key) {
    case "ArrowDown":
      return isColumns ? next : acrossRows(grid, link, 1);
    case "ArrowUp":
      return isColumns ? before : acrossRows(grid, link, -1);
    case "ArrowRight":
      return isColumns ? beside(1) : next;
    case "ArrowLeft":
      return isColumns ? beside(-1) : before;
    case "Home":
      return endsOf(grid, line, link)[0];
    case "End":
      return endsOf(grid, line, link).at(-1);
  }
  return undefined;
}

/** Turns to the time before or after, and remembers where the keyboard was. */
function turn(grid, link, side) {
  const way = grid.closest(".calendar").querySelector(`.week-links a[rel~=${side}]`);
  if (!way) return;
  const lines = linesOf(grid);
  const line = lines.findIndex((one) => one.includes(link));
  sessionStorage.setItem(KEPT_PLACE, JSON.stringify([line, lines[line].indexOf(link)]));
  way.click();
}

/** Puts the keyboard where it was before the page was turned. */
function takeUpPlace() {
  const kept = sessionStorage.getItem(KEPT_PLACE);
  sessionStorage.removeItem(KEPT_PLACE);
  const grid = kept && document.querySelector("[data-calendar]");
  if (!grid) return false;
  const [place, index] = JSON.parse(kept);
  const lines = linesOf(grid);
  const line = lines[Math.min(place, lines.length - 1)];
  const link = line?.[Math.min(index, line.length - 1)];
  link?.focus();
  return Boolean(link);
}

document.addEventListener("keydown", (event) => {
  const link = event.target.closest?.("[data-calendar] a");
  if (!link || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const grid = link.closest("[data-calendar]");
  const side = { PageUp: "prev", PageDown: "next" }[event.key];
  const isOurs = side || event.key.startsWith("Arrow") || event.key === "Home" || event.key === "End";
  if (!isOurs || !linesOf(grid).some((line) => line.includes(link))) return;
  event.preventDefault();
  if (side) turn(grid, link, side);
  else following(grid, link, event.key)?.focus();
});

document.addEventListener("focusin", ({ target }) => {
  const grid = target.closest?.("[data-calendar] a")?.closest("[data-calendar]");
  if (grid) stopAt(grid, target);
});

/* --- Choosing a slot --- */

/** Paints the choice at once, without waiting for the server. */
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-steps] a:not(.why)");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const calendar = link.closest("[data-calendar]");
  for (const other of calendar.querySelectorAll("[aria-current]")) other.removeAttribute("aria-current");
  for (const other of calendar.querySelectorAll(".inside")) other.classList.remove("inside");
  link.setAttribute("aria-current", "true");
  let cell = link.parentElement;
  for (let left = Number(calendar.dataset.steps) - 1; left > 0 && cell?.nextElementSibling; left -= 1) {
    cell = cell.nextElementSibling;
    cell.classList.add("inside");
  }
});

document.addEventListener("change", (event) => {
  event.target.closest?.("form[data-submits-itself]")?.requestSubmit();
});

/** The browser would scroll to the panel on a wide screen too, where it is in sight already. */
document.addEventListener("htmx:config:request", ({ detail }) => {
  detail.ctx.request.anchor = undefined;
});

let typed = [];

document.addEventListener("htmx:before:swap", () => {
  const fields = document.querySelectorAll("#booking form :is(input, textarea):not([type=hidden])");
  if (fields.length) typed = [...fields].map(({ name, value }) => [name, value]);
});

document.addEventListener("htmx:after:swap", ({ detail }) => {
  const panel = document.querySelector("#booking");
  if (!panel) return;
  for (const [name, value] of typed) {
    const field = panel.querySelector(`form [name="${CSS.escape(name)}"]:not([type=hidden])`);
    if (field && !field.value) field.value = value;
  }
  const day = document.querySelector("#calendar-tools [name=date]");
  if (day && panel.dataset.day) day.value = panel.dataset.day;
  begin();
  const source = detail.ctx?.sourceElement;
  if (takeUpPlace()) return;
  if (source?.matches?.(".week-links a, .view-links a, .calendar-empty a")) {
    document.querySelector("#week-name")?.focus({ preventScroll: true });
  }
  if (source?.matches?.("[data-calendar=month] a")) {
    const title = document.querySelector(new URL(source.href).hash || "#week-name");
    const times = title?.closest(".day")?.querySelector("a:not(.why)");
    (times ?? document.querySelector("#week-name"))?.focus();
  }
  if (source?.matches?.("[data-steps] a")) {
    const title = panel.querySelector("#booking-title");
    title?.focus({ preventScroll: true });
    const { top, bottom } = title.getBoundingClientRect();
    if (top < 0 || bottom > innerHeight) panel.scrollIntoView({ block: "start" });
  }
});

/* --- Sharing the chosen time --- */

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  const { href } = button.parentElement.querySelector("[data-share]");
  await navigator.clipboard.writeText(href);
  button.parentElement.querySelector("[role=status]").textContent = button.dataset.copy;
});

/* --- The reader's own clock --- */

/** How many minutes a zone's clock is ahead of UTC at an instant. */
function offset(timeZone, instant) {
  const shape = { timeZone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric" };
  const parts = new Intl.DateTimeFormat("en", shape).formatToParts(instant).map(({ type, value }) => [type, Number(value)]);
  const { year, month, day, hour, minute } = Object.fromEntries(parts);
  return Math.round((Date.UTC(year, month - 1, day, hour, minute) - instant) / 60000);
}

const fill = (text, words) => text.replace(/\{(\w+)\}/g, (_whole, name) => words[name]);

/** Says what 14:00 at the site is on the reader's clock, if that is another time; also when it changes meanwhile. */
function tellZone(note) {
  const { zone, from, days, less, more, changes, nextDay, dayBefore } = note.dataset;
  const mine = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const place = mine.split("/").at(-1).replaceAll("_", " ");
  const differs = (instant) => offset(mine, instant) - offset(zone, instant);
  const shown = (minutes) => {
    const at = 14 * 60 + minutes;
    const wall = ((at % 1440) + 1440) % 1440;
    const time = [Math.floor(wall / 60), wall % 60].map((part) => String(part).padStart(2, "0")).join(":");
    return at < 0 ? fill(dayBefore, { time }) : at >= 1440 ? fill(nextDay, { time }) : time;
  };
  const first = differs(new Date(from));
  const said = [];
  if (first) {
    const [hours, minutes] = [Math.floor(Math.abs(first) / 60), Math.abs(first) % 60];
    const difference = [hours && `${hours}\u00a0h`, minutes && `${minutes}\u00a0min`].filter(Boolean).join("\u00a0");
    said.push(fill(first < 0 ? less : more, { difference, time: shown(first), place }));
  }
  for (let day = 0; day < Number(days); day += 1) {
    const noon = Date.parse(from) + (24 * day + 12) * 3600000;
    if (differs(new Date(noon)) === first) continue;
    const shape = { timeZone: zone, weekday: "long", day: "numeric", month: "long" };
    const { lang } = document.documentElement;
    const words = new Intl.DateTimeFormat(lang === "en" ? "en-IE" : lang, shape).format(noon).replaceAll(",", "");
    said.push(fill(changes, { day: words, time: shown(differs(new Date(noon))), place }));
    break;
  }
  note.textContent = said.join(" ");
  note.hidden = !said.length;
}

/* --- Staying true while the page is open --- */

// A calendar that is looked at is read every 45 seconds at the latest: together that is less than a minute.
const EVERY = 12000;
const SPREAD = 1000;
const PATIENCE = 10000;
const LOST_AFTER = 120000;
const IDLE_AFTER = 30 * 60000;

let pristine; // The calendar as the server wrote it: what the scripts change in it is no news.
let tag = "";
let timer;
let heardAt = Date.now();
let touchedAt = Date.now();
let isIdle = false;

const calendar = () => document.querySelector("#calendar[data-fresh]");

function say(which) {
  const note = document.querySelector(".calendar-paused");
  if (!note) return;
  note.hidden = !which;
  note.textContent = which ? note.dataset[which] : "";
}

/** What of the calendar is compared and replaced on its own, so that the rest stays as it is, keyboard and all. */
function pieces(part) {
  const whole = [...part.querySelectorAll(".calendar-age, .week-bar, [data-piece], .day, .site-row, .day-jumps")];
  return whole.filter((one) => !whole.some((other) => other !== one && other.contains(one)));
}

function replace(old, fresh) {
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const links = [...old.querySelectorAll("a")];
  old.replaceWith(fresh);
  globalThis.htmx?.process(fresh);
  if (!focused) return;
  const others = [...fresh.querySelectorAll("a")];
  const same = others.find((link) => link.getAttribute("href") === focused.getAttribute("href"));
  (same ?? others[Math.min(Math.max(links.indexOf(focused), 0), others.length - 1)])?.focus({ preventScroll: true });
}

/** Puts in what is new; all of it when the calendar has another shape by now. */
function merge(html) {
  const shown = calendar();
  const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("#calendar");
  if (!fresh) return;
  const next = fresh.cloneNode(true);
  const [was, is, here] = [pieces(pristine), pieces(fresh), pieces(shown)];
  const frame = (part) => {
    const bare = part.cloneNode(true);
    for (const one of pieces(bare)) one.replaceChildren();
    bare.querySelector("form")?.remove();
    return bare.textContent;
  };
  if (was.length === is.length && here.length === is.length && frame(pristine) === frame(fresh)) {
    is.forEach((piece, index) => {
      if (piece.outerHTML !== was[index].outerHTML) replace(here[index], document.importNode(piece, true));
    });
  } else {
    const form = shown.querySelector("form");
    replace(shown, document.importNode(fresh, true));
    if (form) calendar().querySelector("form")?.replaceWith(form);
  }
  pristine = next;
  settle();
}

/** The chosen time may be gone by now: then the panel says so, and keeps what was typed. */
function settle() {
  enliven(document);
  document.querySelectorAll("[data-zone]").forEach(tellZone);
  const gone = document.querySelector("#slot-gone");
  if (gone && document.querySelector("[data-steps]")) gone.hidden = Boolean(document.querySelector("[data-steps] a[aria-current]"));
}

async function check() {
  clearTimeout(timer);
  if (!calendar() || document.hidden) return;
  isIdle = Date.now() - touchedAt > IDLE_AFTER;
  if (isIdle) {
    say("paused");
    return;
  }
  const [asked, known] = [location.href, pristine];
  try {
    const headers = { "HX-Request": "true", "HX-Target": "section#calendar" };
    if (tag) headers["If-None-Match"] = tag;
    const answer = await fetch(asked.split("#")[0], { headers, cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    const html = answer.status === 200 ? await answer.text() : "";
    // Meanwhile the reader may have gone on to another week.
    if (location.href === asked && known === pristine) {
      if (html) {
        tag = answer.headers.get("ETag") ?? "";
        merge(html);
      }
      if (html || answer.status === 304) heardAt = Date.now();
    }
  } catch (error) {
    // No network at the moment: the page says so after a while, and asks again.
    if (!["TypeError", "TimeoutError", "AbortError"].includes(error.name)) throw error;
  } finally {
    say(Date.now() - heardAt > LOST_AFTER ? "lost" : "");
    timer = setTimeout(check, EVERY + Math.random() * SPREAD);
  }
}

/** A calendar has come, with the page or in place of another. */
function begin() {
  for (const button of document.querySelectorAll("[data-copy]")) button.hidden = !navigator.clipboard;
  pristine = calendar()?.cloneNode(true);
  // htmx marks what it has seen; that is no news either.
  for (const seen of pristine?.querySelectorAll("[data-htmx-powered]") ?? []) seen.removeAttribute("data-htmx-powered");
  tag = "";
  settle();
  clearTimeout(timer);
  if (pristine) timer = setTimeout(check, EVERY + Math.random() * SPREAD);
}

document.addEventListener("visibilitychange", check);
addEventListener("pageshow", (event) => event.persisted && check());
addEventListener("online", check);
for (const kind of ["pointerdown", "pointermove", "keydown", "scroll"]) {
  addEventListener(
    kind,
    () => {
      touchedAt = Date.now();
      if (isIdle) {
        isIdle = false;
        check();
      }
    },
    { passive: true, capture: true },
  );
}

begin();
takeUpPlace();
