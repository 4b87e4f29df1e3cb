// Busy time of calendar files as ical.js understands them: a second opinion that shares no code with ours.
//
// usage: node second_engine.mjs <ical.js module> < {"folder", "cases": [{"file", "zone", "start", "end"}]}
// prints {file: {"busy": [[seconds, seconds], ...]} or {"error": "..."}}, unsorted and unmerged.
//
// Parsing, recurrence and the files' own time zones are ical.js's. Zones that a file names without defining them come
// from Node's own tables (Intl). The rules of what counts as busy are written here a second time, from RFC 5545.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const ICAL = (await import(pathToFileURL(process.argv[2]).href)).default;
const DAY = 86_400;
// No file of the corpus repeats more often before its window ends.
const MOST_OCCURRENCES = 20_000;

class IntlZone extends ICAL.Timezone {
  constructor(name) {
    super({ tzid: name });
    this.format = new Intl.DateTimeFormat("en-US-u-hc-h23", {
      timeZone: name, year: "numeric", month: "numeric", day: "numeric",
      hour: "numeric", minute: "numeric", second: "numeric", era: "short",
    });
  }

  offsetAt(seconds) {
    const found = {};
    for (const { type, value } of this.format.formatToParts(seconds * 1000)) found[type] = Number(value);
    const wall = Date.UTC(found.year, found.month - 1, found.day, found.hour, found.minute, found.second) / 1000;
    return wall - seconds;
  }

  // RFC 5545 section 3.3.5: of an hour that comes twice the first one, in a gap the offset before it.
  utcOffset(time) {
    const wall = Date.UTC(time.year, time.month - 1, time.day, time.hour, time.minute, time.second) / 1000;
    const [before, after] = [this.offsetAt(wall - DAY), this.offsetAt(wall + DAY)];
    if (this.offsetAt(wall - before) === before) return before;
    return this.offsetAt(wall - after) === after ? after : before;
  }
}

class Reading {
  constructor({ zone, start, end }) {
    this.room = new IntlZone(zone);
    this.start = Date.parse(start) / 1000;
    this.end = Date.parse(end) / 1000;
    this.busy = [];
  }

  // A day and a time without a zone are the room's.
  instant(time) {
    if (!time.isDate && time.zone !== ICAL.Timezone.localTimezone) return time.toUnixTime();
    const wall = Date.UTC(time.year, time.month - 1, time.day, time.hour, time.minute, time.second) / 1000;
    return wall - this.room.utcOffset(time);
  }

  add(start, end) {
    if (start < end && start < this.end && end > this.start) this.busy.push([start, end]);
  }

  // RFC 5545 section 3.3.6: days of a DURATION are by the calendar, its hours are real time.
  lasting(start, duration) {
    const days = start.clone();
    days.adjust(duration.weeks * 7 + duration.days, 0, 0, 0);
    return this.instant(days) + duration.hours * 3600 + duration.minutes * 60 + duration.seconds;
  }

  occurrence(event, start, end) {
    const item = event.component;
    if (isFree(item)) return;
    const duration = item.getFirstPropertyValue("duration");
    if (duration && !item.hasProperty("dtend")) {
      this.add(this.instant(start), this.lasting(start, duration));
    } else if (start.isDate && end.compare(start) <= 0) {
      this.add(this.instant(start), this.instant(nextDay(start)));
    } else {
      this.add(this.instant(start), this.instant(end));
    }
  }

  // The starts of a series. RFC 5545 section 3.8.5.3 counts DTSTART among them, which ical.js does only for a rule that
  // meets it; and it looks at EXDATE only where there is a rule.
  *times(event) {
    const own = event.startDate;
    const day = (time) => time.toString().slice(0, 10);
    const excluded = event.component.getAllProperties("exdate").flatMap((property) => property.getValues());
    const rules = event.component.getAllProperties("rrule").map((property) => property.getFirstValue());
    const isExcluded = excluded.some((time) => (time.isDate ? day(time) === day(own) : time.compare(own) === 0));
    const isTooLate = rules.some((rule) => rule.until && rule.until.compare(own) < 0);
    if (!isExcluded && !isTooLate) yield own;
    if (!event.isRecurring()) return;
    const each = event.iterator();
    for (let count = 0, time; count < MOST_OCCURRENCES && (time = each.next()); count++) {
      if (this.instant(time.start ?? time) > this.end) break;
      if (time.toString() !== own.toString()) yield time;
    }
  }

  series(master, overrides) {
    const event = new ICAL.Event(master, { exceptions: overrides });
    const replaced = new Set();
    for (const time of this.times(event)) {
      if (time instanceof ICAL.Period) {
        this.add(this.instant(time.start), this.instant(time.getEnd()));
        continue;
      }
      const { item, startDate, endDate } = event.getOccurrenceDetails(time);
      if (item !== event) replaced.add(item);
      // ical.js works out ends by the wall clock; the end of the first is the one that the file gives.
      this.occurrence(item, startDate, startDate === event.startDate ? event.endDate : endDate);
    }
    for (const override of Object.values(event.exceptions)) {
      if (!replaced.has(override)) this.occurrence(override, override.startDate, override.endDate);
    }
  }
}

function nextDay(date) {
  const next = date.clone();
  next.adjust(1, 0, 0, 0);
  return next;
}

function isFree(component) {
  const word = (name) => String(component.getFirstPropertyValue(name) ?? "").toUpperCase();
  return (
    word("status") === "CANCELLED" || word("transp") === "TRANSPARENT" ||
    word("x-microsoft-cdo-busystatus") === "FREE" || component.parent?.getFirstPropertyValue("method") === "CANCEL"
  );
}

function newest(components) {
  const sequence = (component) => component.getFirstPropertyValue("sequence") ?? 0;
  const highest = Math.max(0, ...components.map(sequence));
  return components.filter((component) => sequence(component) === highest);
}

function grouped(items, key) {
  const groups = new Map();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return [...groups.values()];
}

// Gives ical.js the zones that the file names and doesn't define.
function registerZones(component) {
  for (const property of component.getAllProperties()) {
    const name = property.getParameter("tzid");
    if (!name || ICAL.TimezoneService.has(name)) continue;
    try {
      ICAL.TimezoneService.register(new IntlZone(name), name);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }
  component.getAllSubcomponents().forEach(registerZones);
}

function read(text, window) {
  const parsed = ICAL.parse(text);
  const roots = Array.isArray(parsed[0]) ? parsed : [parsed];
  const calendars = roots.map((root) => new ICAL.Component(root));
  calendars.forEach(registerZones);
  const reading = new Reading(window);
  const events = calendars.flatMap((calendar) => calendar.getAllSubcomponents("vevent"));
  let nameless = 0;
  for (const same of grouped(events, (event) => event.getFirstPropertyValue("uid") ?? `\n${nameless++}`)) {
    const masters = newest(same.filter((event) => !event.hasProperty("recurrence-id")));
    const overrides = grouped(
      same.filter((event) => event.hasProperty("recurrence-id")),
      (event) => event.getFirstPropertyValue("recurrence-id").toString(),
    ).flatMap(newest);
    masters.forEach((master) => reading.series(master, overrides));
    if (!masters.length) {
      for (const event of overrides.map((item) => new ICAL.Event(item))) {
        reading.occurrence(event, event.startDate, event.endDate);
      }
    }
  }
  for (const calendar of calendars) {
    for (const part of calendar.getAllSubcomponents("vfreebusy")) {
      for (const property of part.getAllProperties("freebusy")) {
        if (property.getParameter("fbtype") === "FREE") continue;
        for (const period of property.getValues()) {
          reading.add(reading.instant(period.start), reading.instant(period.getEnd()));
        }
      }
    }
  }
  return reading.busy;
}

const { folder, cases } = JSON.parse(readFileSync(0, "utf8"));
const answers = {};
for (const window of cases) {
  try {
    ICAL.TimezoneService.reset();
    answers[window.file] = { busy: read(new TextDecoder().decode(readFileSync(`${folder}/${window.file}`)), window) };
  } catch (error) {
    answers[window.file] = { error: String(error.message ?? error) };
  }
}
console.log(JSON.stringify(answers));
