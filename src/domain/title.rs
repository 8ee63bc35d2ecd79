//! What a booking is called.

use super::terms::Terms;

/// Who and where a booking is, for its title.
#[derive(Clone, Copy, Debug)]
pub struct Titled<'a> {
    /// Who is booked.
    pub host: &'a str,
    /// Who booked; `None` for whom that is kept from.
    pub attendee: Option<&'a str>,
    /// Where, if anywhere.
    pub location: Option<&'a str>,
}

impl Terms {
    /// What a booking is called: the custom name, filled in; else `<event type> between <host> and <attendee>`. To whom the
    /// attendee is kept from, `<event type> with <host>` where the attendee's name would stand.
    pub fn booking_title(&self, of: Titled<'_>) -> String {
        let (what, host) = (&self.title, of.host);
        let Some(attendee) = of.attendee else {
            let custom = self.custom_name.as_ref();
            return match custom.filter(|name| !name.contains("{Scheduler}")) {
                Some(name) => self.filled(name, of, ""),
                None => format!("{what} with {host}"),
            };
        };
        match &self.custom_name {
            Some(name) => self.filled(name, of, attendee),
            None => format!("{what} between {host} and {attendee}"),
        }
    }

    /// Fills a custom name in, once: what is filled in is not looked at again. Braces around anything else stay.
    fn filled(&self, name: &str, of: Titled<'_>, attendee: &str) -> String {
        let mut title = String::with_capacity(name.len());
        let mut rest = name;
        while let Some((before, opened)) = rest.split_once('{') {
            title.push_str(before);
            let known = [
                ("Event type title}", self.title.as_str()),
                ("Organiser}", of.host),
                ("Scheduler}", attendee),
                ("Location}", of.location.unwrap_or_default()),
            ];
            let found = known
                .into_iter()
                .find_map(|(closed, text)| Some((opened.strip_prefix(closed)?, text)));
            let (after, text) = found.unwrap_or((opened, "{"));
            title.push_str(text);
            rest = after;
        }
        title.push_str(rest);
        title
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::Titled;
    use crate::domain::event_type::settings::EventTypeSettings;
    use crate::domain::id::{EventTypeId, EventTypeNumber};

    fn title(custom: Option<&str>, attendee: Option<&str>) -> String {
        let mut settings = EventTypeSettings::plain("Intro".to_owned(), "intro".to_owned(), 60);
        if let Some(name) = custom {
            settings.presentation_json = serde_json::json!({ "customName": name }).to_string();
        }
        let event_type = EventTypeId::from_uuid(Uuid::from_u128(41));
        let terms = settings.terms(event_type, EventTypeNumber::new(41), 1);
        terms.booking_title(Titled {
            host: "Ana Roze",
            attendee,
            location: Some("Brivibas 1"),
        })
    }

    #[test]
    fn without_a_custom_name_it_says_what_and_who() {
        assert_eq!(title(None, Some("Ilze")), "Intro between Ana Roze and Ilze");
        assert_eq!(
            title(Some(""), Some("Ilze")),
            "Intro between Ana Roze and Ilze"
        );
        assert_eq!(title(None, None), "Intro with Ana Roze");
    }

    #[test]
    fn a_custom_name_is_filled_in_once() {
        let all = "{Event type title}: {Organiser} & {Scheduler}, {Location} {x} {";
        assert_eq!(
            title(Some(all), Some("{Location}")),
            "Intro: Ana Roze & {Location}, Brivibas 1 {x} {"
        );
    }

    #[test]
    fn whom_the_attendee_is_kept_from_reads_no_name() {
        assert_eq!(title(Some("{Organiser}'s class"), None), "Ana Roze's class");
        assert_eq!(title(Some("With {Scheduler}"), None), "Intro with Ana Roze");
    }
}
