/* The calendar of a room works as plain links and forms. This makes it quicker: arrow keys lead from one free start to the
   next, a change of length or people shows at once, and what was typed survives the choice of another slot. */

const starts = (calendar) => [...calendar.querySelectorAll(".day-times")].map((day) => [...day.querySelectorAll("a")]);

/** One stop for the Tab key per day; the arrow keys do the rest. */
function enliven(root) {
  for (const calendar of root.querySelectorAll("[data-calendar]")) {
    calendar.classList.add("is-lively");
    for (const day of starts(calendar)) {
      const stop = day.find((link) => link.ariaCurrent) ?? day[0];
      for (const link of day) link.tabIndex = link === stop ? 0 : -1;
    }
  }
}

/** The start nearest in height in the next day on that side which has one. */
function beside(days, link, step) {
  const top = link.getBoundingClientRect().top;
  for (let index = days.findIndex((day) => day.includes(link)) + step; index in days; index += step) {
    const near = days[index].toSorted(
      (a, b) => Math.abs(a.getBoundingClientRect().top - top) - Math.abs(b.getBoundingClientRect().top - top),
    )[0];
    if (near) return near;
  }
  return null;
}

document.addEventListener("keydown", (event) => {
  const link = event.target.closest?.("[data-calendar] a");
  if (!link || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const days = starts(link.closest("[data-calendar]"));
  const day = days.find((links) => links.includes(link));
  const index = day.indexOf(link);
  const next = {
    ArrowDown: () => day[index + 1],
    ArrowUp: () => day[index - 1],
    ArrowRight: () => beside(days, link, 1),
    ArrowLeft: () => beside(days, link, -1),
    Home: () => day[0],
    End: () => day.at(-1),
  }[event.key];
  if (!next) return;
  event.preventDefault();
  const target = next();
  if (!target) return;
  if (day.includes(target)) link.tabIndex = -1;
  target.tabIndex = 0;
  target.focus();
});

/** Paints the choice at once, without waiting for the server. */
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-calendar] a");
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
  enliven(document);
  const source = detail.ctx?.sourceElement;
  if (source?.matches?.(".week-links a, .calendar-empty a")) {
    document.querySelector("#week-name")?.focus({ preventScroll: true });
  }
  if (source?.matches?.("[data-calendar] a")) {
    const title = panel.querySelector("#booking-title");
    title?.focus({ preventScroll: true });
    const { top, bottom } = title.getBoundingClientRect();
    if (top < 0 || bottom > innerHeight) panel.scrollIntoView({ block: "start" });
  }
});

enliven(document);
