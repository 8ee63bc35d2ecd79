//! What commands print: one JSON object, or lines for people.

use std::io::{self, Write};

use serde_json::{Map, Value};

/// An answer: names and values in order.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    members: Vec<(&'static str, Value)>,
}

impl Answer {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one member, named as in the JSON object.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.members.push((name, value.into()));
        self
    }

    /// Prints the answer: as one object, or one line per member.
    ///
    /// # Errors
    /// As the writer.
    pub fn print(self, json: bool, out: &mut impl Write) -> io::Result<()> {
        if json {
            let object: Map<String, Value> = self
                .members
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect();
            return writeln!(out, "{}", Value::Object(object));
        }
        for (name, value) in self.members {
            let text = value
                .as_str()
                .map_or_else(|| value.to_string(), ToOwned::to_owned);
            writeln!(out, "{name:10} {text}")?;
        }
        out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::Answer;

    #[test]
    fn json_is_one_object_on_one_line() {
        let mut out = Vec::new();
        let answer = Answer::new().with("id", 7).with("uid", "x");
        answer.clone().print(true, &mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "{\"id\":7,\"uid\":\"x\"}\n"
        );
        let mut lines = Vec::new();
        answer.print(false, &mut lines).unwrap();
        assert_eq!(
            String::from_utf8(lines).unwrap(),
            "id         7\nuid        x\n"
        );
    }
}
