// @calcom/cal-mcp, the server of tools that assistants use Cal.com by, driven over its standard streams as an assistant
// does. Create, get, move, cancel and the list of event types carry no credential; a list goes as `status[]=`.
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

const { API_KEY, EVENT_TYPE, URL: server, USERNAME, PATH } = process.env;
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const attendee = { name: "Ilze Berga", email: "ilze@example.org", timeZone: "Europe/Riga", language: "lv" };
const unavailable = /User either already has booking at this time or is not available/;

const assistant = new Client({ name: "tests", version: "1.0.0" });
await assistant.connect(
  new StdioClientTransport({
    command: process.execPath,
    args: ["--import", here("cal_mcp_preload.mjs"), here("node_modules/@calcom/cal-mcp/dist/index.js")],
    env: { PATH, URL: server, CAL_API_KEY: API_KEY },
    stderr: "inherit",
  }),
);

async function call(name, params = {}, body = undefined) {
  const result = await assistant.callTool({ name, arguments: body === undefined ? { params } : { params, body } });
  return { isError: result.isError, text: result.content[0].text };
}

/** The data of an answer that must be a success. */
async function data(name, params, body) {
  const { isError, text } = await call(name, params, body);
  assert.ok(!isError, `${name}: ${text}`);
  const answer = JSON.parse(text);
  assert.equal(answer.status, "success", text);
  return answer.data;
}

/** The failure must say what is expected. */
async function refused(pattern, name, params, body) {
  const { isError, text } = await call(name, params, body);
  assert.ok(isError, `${name} should be refused: ${text}`);
  assert.match(JSON.parse(text).error.message, pattern);
}

/** A time of a working day that no notice reaches, with an offset as an assistant writes it; hours of Riga's winter. */
function start(hour) {
  const day = new Date();
  day.setUTCDate(day.getUTCDate() + 14 - ((day.getUTCDay() + 5) % 7));
  return `${day.toISOString().slice(0, 10)}T${String(hour).padStart(2, "0")}:00:00+02:00`;
}

const instant = (text) => new Date(text).toISOString();

const checks = {
  async "its tools are there"() {
    const { tools } = await assistant.listTools();
    const names = tools.map((tool) => tool.name).sort();
    assert.deepEqual(names, [
      ...["cancelBooking", "createBooking", "deleteEventType", "getBooking", "getBookings", "getEventTypeById"],
      ...["getEventTypes", "rescheduleBooking", "updateEventType"],
    ]);
  },

  async "event types are listed without credentials"() {
    const [intro, ...others] = await data("getEventTypes", { username: USERNAME });
    assert.deepEqual([intro.id, intro.slug, intro.lengthInMinutes], [Number(EVENT_TYPE), "intro", 30]);
    assert.deepEqual(others, []);
    const [same] = await data("getEventTypes", { username: USERNAME, eventSlug: "intro" });
    assert.deepEqual(same, intro);
    assert.deepEqual(await data("getEventTypes", { username: USERNAME, eventSlug: "unheard" }), []);
  },

  // Its updateEventType fails in itself, on the schema of its own body.
  async "an event type is shown with the key"() {
    const shown = await data("getEventTypeById", { eventTypeId: EVENT_TYPE });
    assert.deepEqual([shown.id, shown.title, shown.lengthInMinutes], [Number(EVENT_TYPE), "Intro", 30]);
    await refused(/not valid/, "getEventTypeById", { eventTypeId: EVENT_TYPE, Authorization: "cal_of_nobody" });
  },

  async "a booking is made, shown, moved and cancelled without credentials"() {
    const body = { start: start(10), eventTypeId: Number(EVENT_TYPE), attendee, guests: ["karlis@example.org"], metadata: { crm: "D-778" } };
    const booked = await data("createBooking", {}, body);
    assert.equal(booked.start, instant(body.start));
    assert.deepEqual([booked.status, booked.duration, booked.metadata], ["accepted", 30, { crm: "D-778" }]);
    assert.equal(booked.title, "Intro between Ana Roze and Ilze Berga");
    assert.deepEqual(booked.guests, body.guests);
    assert.equal((await data("getBooking", { bookingUid: booked.uid })).uid, booked.uid);
    await refused(unavailable, "createBooking", {}, { ...body, attendee: { ...attendee, name: "Another" } });

    const moved = await data("rescheduleBooking", { bookingUid: booked.uid }, { start: start(12), reschedulingReason: "train strike" });
    assert.notEqual(moved.uid, booked.uid);
    assert.equal(moved.start, instant(start(12)));
    assert.deepEqual([moved.status, moved.rescheduledFromUid, moved.icsUid], ["accepted", booked.uid, booked.icsUid]);
    const left = await data("getBooking", { bookingUid: booked.uid });
    assert.deepEqual([left.status, left.rescheduledToUid], ["cancelled", moved.uid]);

    const cancelled = await data("cancelBooking", { bookingUid: moved.uid }, { cancellationReason: "no longer needed" });
    assert.deepEqual([cancelled.uid, cancelled.status], [moved.uid, "cancelled"]);
    const shown = await data("getBooking", { bookingUid: moved.uid });
    assert.deepEqual([shown.status, shown.cancellationReason], ["cancelled", "no longer needed"]);
    await refused(/has been cancelled already/, "cancelBooking", { bookingUid: moved.uid }, { cancellationReason: "twice" });
    await refused(/has been cancelled/, "rescheduleBooking", { bookingUid: moved.uid }, { start: start(14) });
  },

  async "bookings are listed with the key, by lists of statuses"() {
    const body = { start: start(11), eventTypeId: Number(EVENT_TYPE), attendee };
    const open = await data("createBooking", {}, body);
    const uids = async (params) => (await data("getBookings", params)).map((booking) => booking.uid);
    assert.deepEqual(await uids({ status: ["upcoming"] }), [open.uid]);
    const cancelled = await uids({ status: ["cancelled"] });
    assert.equal(cancelled.length, 2);
    const both = await uids({ status: ["upcoming", "cancelled"], sortStart: "asc" });
    assert.deepEqual(both.toSorted(), [...cancelled, open.uid].toSorted());
    assert.deepEqual(await uids({ attendeeEmail: "nobody@example.org" }), []);
    assert.deepEqual(await uids({ status: ["upcoming"], attendeeEmail: attendee.email, eventTypeId: EVENT_TYPE, take: 1 }), [open.uid]);
    assert.deepEqual(await uids({ status: ["past"] }), []);
    await data("cancelBooking", { bookingUid: open.uid }, { cancellationReason: "done" });
  },

  async "what cannot be is refused, with the texts of Cal.com"() {
    const body = { start: start(11), eventTypeId: 2_000_000_000, attendee };
    await refused(/^Event type with id 2000000000 not found/, "createBooking", {}, body);
    await refused(/^Booking with uid=nowhere /, "getBooking", { bookingUid: "nowhere" });
    await refused(/not valid/, "getBookings", { Authorization: "cal_of_nobody" });
  },

  async "an event type is deleted with the key"() {
    const deleted = await data("deleteEventType", { eventTypeId: Number(EVENT_TYPE) });
    assert.equal(deleted.id, Number(EVENT_TYPE));
    assert.deepEqual(await data("getEventTypes", { username: USERNAME }), []);
  },
};

for (const [promise, check] of Object.entries(checks)) {
  try {
    await check();
    console.log(`cal-mcp: ${promise}`);
  } catch (error) {
    console.error(`cal-mcp: not kept: ${promise}\n${error.stack}`);
    process.exitCode = 1;
    break;
  }
}
await assistant.close();
