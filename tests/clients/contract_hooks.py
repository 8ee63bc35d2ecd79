"""What values of our formats look like, for the contract tool: it knows e-mail addresses and instants, but not which of
them anybody means."""

import itertools
import json
import os
import urllib.request
from datetime import datetime, timedelta

import schemathesis
from hypothesis import strategies as st

ZONES = ["Europe/Riga", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia", "UTC"]
# Working days, some of them beside a change of the clocks.
DAYS = ["2031-03-03", "2031-03-04", "2031-03-28", "2031-03-31", "2031-04-01", "2031-10-24", "2031-10-27"]

hours = st.integers(7, 14).map("{:02}".format)
endings = st.sampled_from([":00Z", ":00.000Z", ":00+00:00", ":00+02:00"])
likely = st.builds("{}T{}:{}{}".format, st.sampled_from(DAYS), hours, st.sampled_from(["00", "30"]), endings)
any_instant = st.datetimes(datetime(1970, 1, 2)).map(lambda at: at.isoformat(timespec="milliseconds") + "Z")
numbers = itertools.count()
words = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=20)

schemathesis.openapi.format("time-zone", st.sampled_from(ZONES))
schemathesis.openapi.format("date-time", st.one_of(likely, likely, likely, any_instant))
schemathesis.openapi.format("date", st.one_of(st.sampled_from(DAYS), st.dates(datetime(1970, 1, 2).date()).map(str)))
schemathesis.openapi.format("email", st.builds("{}@{}.example.org".format, words, words))


def asked(method, path, version, body=None):
    """What the server answers, before anything is tested."""
    headers = {"Authorization": f"Bearer {os.environ['TOKEN']}", "cal-api-version": version, "Content-Type": "application/json"}
    data = json.dumps(body).encode() if body else None
    request = urllib.request.Request(os.environ["URL"] + path, data, headers, method=method)
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)["data"]


# What most bookings are of: an event type with opening hours of its own. No request changes or removes either.
EVENT_TYPE = int(os.environ["EVENT_TYPE"])
SCHEDULE = asked("GET", "/v2/schedules/default", "2024-06-11")["id"]
asked("PATCH", f"/v2/event-types/{EVENT_TYPE}", "2024-06-14", {"scheduleId": SCHEDULE})
KEPT = {
    f"{method} {path}": number
    for method in ("PATCH", "DELETE")
    for path, number in (("/v2/event-types/{id}", EVENT_TYPE), ("/v2/schedules/{id}", SCHEDULE))
}

# With every member that may be absent hardly anything is made; half of what is sent has these alone.
PLAIN = {
    "POST /v2/bookings": ("start", "eventTypeId", "attendee"),
    "POST /v2/event-types": ("title", "slug", "lengthInMinutes"),
    "POST /v2/providers": ("name", "email", "timeZone"),
    "POST /v2/slots/reservations": ("eventTypeId", "slotStart"),
}


def free_slot(number):
    """A slot of its own on a working day, for every number."""
    day, hour = divmod(number, 7)
    week, weekday = divmod(day, 5)
    return datetime(2032, 1, 5, 7) + timedelta(weeks=week, days=weekday, hours=hour)


@schemathesis.hook
def filter_case(context, case):
    """Only versions of the API that the operation is documented for: see schemathesis.toml."""
    for parameter in case.operation.definition.raw.get("parameters", []):
        if parameter["name"] == "cal-api-version":
            return (case.headers or {}).get("cal-api-version") in parameter["schema"]["enum"]
    return True


@schemathesis.hook
def before_call(context, case, kwargs):
    operation = case.operation.label
    if operation in KEPT and str(case.path_parameters["id"]) == str(KEPT[operation]):
        case.path_parameters["id"] = 2**31 - 1
    if not case.meta or not case.meta.generation.mode.is_positive:
        return
    number = next(numbers)
    plain = PLAIN.get(operation)
    if plain and number % 2 and isinstance(case.body, dict):
        case.body = {name: value for name, value in case.body.items() if name in plain}
        if operation == "POST /v2/bookings":
            attendee = {"name": "Ilze Berga", "email": "ilze@example.org", "timeZone": "Europe/Riga"}
            case.body |= {"start": f"{free_slot(number).isoformat()}Z", "eventTypeId": EVENT_TYPE, "attendee": attendee}
    # A key is of one request: a second one with it is refused for that alone, whatever else it says.
    if case.headers and "Idempotency-Key" in case.headers:
        quote = '"' if case.headers["Idempotency-Key"].startswith('"') else ""
        case.headers["Idempotency-Key"] = f"{quote}{number}{quote}"
