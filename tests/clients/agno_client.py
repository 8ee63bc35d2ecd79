"""agno's CalComTools, which agents of agno book with, from its first question to its last.

Its URL is fixed, so the session that it sends by is wrapped: what goes to Cal.com goes to URL instead, and nothing goes
anywhere else. The toolkit answers in sentences; they are read here as a person would.
"""

import os
import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import requests
from agno.tools.calcom import CalComTools

CAL_COM = "https://api.cal.com/"
SERVER = os.environ["URL"] + "/"
ZONE = ZoneInfo("Europe/Riga")
MAIL = "ilze@example.org"
UNAVAILABLE = "User either already has booking at this time or is not available"

send = requests.sessions.Session.request


def send_to_server(session, method, url, **options):
    if not url.startswith(CAL_COM):
        raise AssertionError(f"{url} is not of Cal.com")
    session.trust_env = False
    return send(session, method, SERVER + url.removeprefix(CAL_COM), **options)


requests.sessions.Session.request = send_to_server


def found(pattern, answer):
    """What the one group of the pattern matches in the answer, which must match as a whole."""
    match = re.fullmatch(pattern, answer, re.DOTALL)
    assert match, f"expected {pattern!r}: {answer}"
    return match[1]


def expect(what, is_so, answer):
    assert is_so, f"{what}: {answer}"
    print(f"agno: {what}")


def shown(instant):
    """An instant as the toolkit prints it."""
    return instant.astimezone(ZONE).strftime("%Y-%m-%d %H:%M %Z")


def slots(tools, day):
    """The instants that are free on a day."""
    answer = tools.get_available_slots(day.isoformat(), day.isoformat())
    texts = found(r"Available slots: (.*)", answer).split(", ")
    # Without the abbreviation of the zone: it is Riga's.
    naive = [datetime.strptime(text[:16], "%Y-%m-%d %H:%M") for text in texts if text]
    return [time.replace(tzinfo=ZONE).astimezone(UTC) for time in naive]


def main():
    tools = CalComTools(
        api_key=os.environ["API_KEY"],
        event_type_id=int(os.environ["EVENT_TYPE"]),
        user_timezone=str(ZONE),
        timeout=20,
    )
    # A Tuesday that no notice reaches.
    today = date.today()
    day = today + timedelta(days=14 - (today.weekday() - 1) % 7)

    free = slots(tools, day)
    expect("slots of a working day", len(free) >= 4, free)
    first, other, later = free[0], free[1], free[3]

    # With the offset of the attendee's zone: any instant is accepted.
    answer = tools.create_booking(first.astimezone(ZONE).isoformat(), "Ilze Berga", MAIL)
    uid = found(rf"Booking created successfully for {re.escape(shown(first))}\. Booking uid: (\S+)", answer)
    listed = tools.get_upcoming_bookings(MAIL)
    line = f"uid: {uid}, Title: Intro between Ana Roze and Ilze Berga, Time: {shown(first)}, Status: accepted"
    expect("the booking is there, and listed", listed == f"Upcoming bookings:\n{line}", listed)
    expect("its slot is not offered", slots(tools, day) == [slot for slot in free if slot != first], slots(tools, day))

    answer = tools.create_booking(first.isoformat(), "Karlis Ozols", "karlis@example.org")
    expect("its slot is refused to others", UNAVAILABLE in answer and answer.startswith("Failed to create booking"), answer)
    answer = tools.get_upcoming_bookings("karlis@example.org")
    expect("nothing was booked for them", answer == "No upcoming bookings found.", answer)
    answer = tools.create_booking(other.isoformat(), "Karlis Ozols", "karlis@example.org")
    taken = found(r"Booking created successfully for .*\. Booking uid: (\S+)", answer)

    answer = tools.reschedule_booking(uid, other.isoformat(), "train strike")
    expect("a move onto another booking is refused", UNAVAILABLE in answer, answer)
    answer = tools.reschedule_booking(uid, later.isoformat(), "train strike")
    moved = found(rf"Booking rescheduled to {re.escape(shown(later))}\. New booking uid: (\S+)", answer)
    expect("a moved booking has a new uid", moved != uid, answer)
    listed = tools.get_upcoming_bookings()
    uids = re.findall(r"uid: (\S+),", listed)
    expect("all that is upcoming is listed, in order", uids == [taken, moved], listed)
    expect("the moved booking left its slot", slots(tools, day) == [slot for slot in free if slot not in (other, later)], listed)
    answer = tools.reschedule_booking(uid, free[2].isoformat(), "again")
    expect("what was moved cannot be moved again", f"rescheduled already to booking with uid={moved}" in answer, answer)

    answer = tools.cancel_booking(moved, "no longer needed")
    expect("cancelled", answer == "Booking cancelled successfully.", answer)
    answer = tools.get_upcoming_bookings(MAIL)
    expect("and not upcoming any more", answer == "No upcoming bookings found.", answer)
    expect("and its slot is offered again", slots(tools, day) == [slot for slot in free if slot != other], answer)
    answer = tools.cancel_booking(moved, "twice")
    expect("cancelled once", f"Can't cancel booking with uid={moved} because it has been cancelled already" in answer, answer)
    answer = tools.cancel_booking(taken, "and the other")
    expect("the other is cancelled", answer == "Booking cancelled successfully.", answer)

    stranger = CalComTools(api_key="cal_live_of_nobody", event_type_id=tools.event_type_id, timeout=20)
    answer = stranger.get_upcoming_bookings()
    expect("a key of nobody's is refused", "Your api key is not valid" in answer, answer)


main()
