// A guest's calendar program, built on ical.js, which shares no code with ours: it has a calendar, and opens files that
// come by mail, one after the other.
//
// usage: node calendar_program.mjs <ical.js module> < {"calendar": "...", "files": ["...", ...]}
// prints, after each file, what the calendar then shows: [[{"uid", "start", "end", "summary", "status", "free", "sequence"}]]
//
// What a program does with a published event is written here from RFC 5546: section 2.1.5 orders the revisions of one UID
// by SEQUENCE, then by DTSTAMP, and the older one is ignored; section 3.2.1 says that PUBLISH adds, replaces or, by its
// STATUS, cancels. What Outlook makes of the result is from [MS-OXCICAL]: the busy status is X-MICROSOFT-CDO-BUSYSTATUS
// where there is one, else it follows from TRANSP.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const ICAL = (await import(pathToFileURL(process.argv[2]).href)).default;

function revision(component) {
  return [component.getFirstPropertyValue("sequence") ?? 0, component.getFirstPropertyValue("dtstamp").toUnixTime()];
}

function isNewer(one, other) {
  const [[a, b], [c, d]] = [revision(one), revision(other)];
  return a > c || (a === c && b >= d);
}

function read(text) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  for (const zone of calendar.getAllSubcomponents("vtimezone")) {
    ICAL.TimezoneService.register(zone);
  }
  if (calendar.getFirstPropertyValue("method") !== "PUBLISH") throw new Error("not published");
  if (calendar.getFirstPropertyValue("version") !== "2.0") throw new Error("not version 2.0");
  return calendar.getAllSubcomponents("vevent");
}

function shown(component) {
  const event = new ICAL.Event(component);
  const word = (name) => component.getFirstPropertyValue(name);
  const busy = word("x-microsoft-cdo-busystatus") ?? (word("transp") === "TRANSPARENT" ? "FREE" : "BUSY");
  return {
    uid: event.uid,
    start: event.startDate.toUnixTime(),
    end: event.endDate.toUnixTime(),
    summary: event.summary,
    status: word("status") ?? "CONFIRMED",
    free: busy === "FREE",
    sequence: word("sequence") ?? 0,
  };
}

const { calendar, files } = JSON.parse(readFileSync(0, "utf8"));
const entries = new Map(read(calendar).map((component) => [component.getFirstPropertyValue("uid"), component]));
const states = [];
for (const file of files) {
  for (const component of read(file)) {
    const uid = component.getFirstPropertyValue("uid");
    if (!entries.has(uid) || isNewer(component, entries.get(uid))) entries.set(uid, component);
  }
  states.push([...entries.values()].map(shown));
}
console.log(JSON.stringify(states));
