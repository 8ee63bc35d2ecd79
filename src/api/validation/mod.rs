//! One reader over JSON members (of a body or a query) that collects every fault before it answers.
//!
//! A member is read by [`Members::required`], [`Members::optional`] or [`Members::given`] with a reader of
//! [`value`] or [`contact`]; a fault is noted and a placeholder returned. [`Members::finish`] answers all faults at once, so what was
//! read may only be used after it.

pub mod value;
pub mod contact;
mod fault;

pub use fault::{Fault, Style};

use std::collections::BTreeSet;

use axum::http::Uri;
use serde_json::{Map, Value};

use super::failure::Failure;

/// Why one value cannot be read: the rule's name and its text after the member's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// For example `isInt`.
    pub rule: &'static str,
    /// For example `must be an integer number`.
    pub text: String,
}

impl Broken {
    /// A broken rule.
    pub fn new(rule: &'static str, text: impl Into<String>) -> Self {
        Self {
            rule,
            text: text.into(),
        }
    }
}

/// What reading one value gives.
pub type Read<T> = Result<T, Broken>;

/// The members of an object while they are read.
#[derive(Debug)]
pub struct Members<'a> {
    all: &'a Map<String, Value>,
    known: BTreeSet<&'static str>,
    faults: Vec<Fault>,
}

impl<'a> Members<'a> {
    /// A reader over the members of an object.
    pub const fn new(members: &'a Map<String, Value>) -> Self {
        Self {
            all: members,
            known: BTreeSet::new(),
            faults: Vec::new(),
        }
    }

    /// The value of a member as it is; null counts as absent.
    pub fn value(&mut self, name: &'static str) -> Option<&'a Value> {
        self.known.insert(name);
        self.all.get(name).filter(|value| !value.is_null())
    }

    /// Whether a member is there, be it null.
    pub fn has(&self, name: &str) -> bool {
        self.all.contains_key(name)
    }

    /// A member that must be there; the type's default after a fault.
    pub fn required<T: Default>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&'a Value) -> Read<T>,
    ) -> T {
        self.required_or(name, read, T::default())
    }

    /// A member that must be there; `placeholder` after a fault.
    pub fn required_or<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&'a Value) -> Read<T>,
        placeholder: T,
    ) -> T {
        // An absent member breaks the rule that its type names, as class-validator has it.
        let value = self.value(name).unwrap_or(&Value::Null);
        match read(value) {
            Ok(read) => read,
            Err(broken) => {
                self.broken(name, broken);
                placeholder
            }
        }
    }

    /// A member that may be absent or null.
    pub fn optional<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&'a Value) -> Read<T>,
    ) -> Option<T> {
        let value = self.value(name)?;
        match read(value) {
            Ok(read) => Some(read),
            Err(broken) => {
                self.broken(name, broken);
                None
            }
        }
    }

    /// A member of a partial change: `None` when absent, `Some(None)` when null, else its value.
    pub fn given<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&'a Value) -> Read<T>,
    ) -> Option<Option<T>> {
        if self.has(name) {
            Some(self.optional(name, read))
        } else {
            self.known.insert(name);
            None
        }
    }

    /// A member that is an object, read by its own reader; its faults become children of the member.
    pub fn object<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut Members<'a>) -> T,
    ) -> Option<T> {
        let value = self.value(name)?;
        let Value::Object(members) = value else {
            self.broken(name, Broken::new("isObject", "must be an object"));
            return None;
        };
        let mut inner = Members::new(members);
        let read = read(&mut inner);
        self.adopt(&[name.to_owned()], inner);
        Some(read)
    }

    /// A member that is an array of objects, each read by its own reader.
    pub fn objects<T>(
        &mut self,
        name: &'static str,
        length_max: usize,
        mut read: impl FnMut(&mut Members<'a>) -> T,
    ) -> Option<Vec<T>> {
        let value = self.value(name)?;
        let Value::Array(items) = value else {
            self.broken(name, Broken::new("isArray", "must be an array"));
            return None;
        };
        if length_max < items.len() {
            let text = format!("must contain no more than {length_max} elements");
            self.broken(name, Broken::new("arrayMaxSize", text));
            return None;
        }
        let mut all = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            let path = vec![name.to_owned(), index.to_string()];
            if let Value::Object(members) = item {
                let mut inner = Members::new(members);
                all.push(read(&mut inner));
                self.adopt(&path, inner);
            } else {
                let rule = Broken::new("isObject", "must be an object");
                self.faults.push(Fault::new(path, rule));
            }
        }
        Some(all)
    }

    /// Notes a fault of a member.
    pub fn broken(&mut self, name: &str, broken: Broken) {
        self.faults.push(Fault::new(vec![name.to_owned()], broken));
    }

    /// Notes a fault of a member, in words of its own.
    pub fn fault(&mut self, name: &str, rule: &'static str, text: impl Into<String>) {
        self.broken(name, Broken::new(rule, text));
    }

    /// Counts a member as known without reading it.
    pub fn ignore(&mut self, name: &'static str) {
        self.known.insert(name);
    }

    /// Whether nothing is wrong so far.
    pub fn is_sound(&self) -> bool {
        self.faults.is_empty()
    }

    /// Ends reading.
    ///
    /// # Errors
    /// Every fault at once, in the form of the style; with unknown members where the style rejects them.
    pub fn finish(self, style: Style) -> Result<(), Failure> {
        let unknown = self.unknown();
        let mut faults = self.faults;
        match style {
            Style::Dropping => faults.retain(|fault| !fault.is_unknown_member()),
            Style::Rejecting | Style::Own => faults.extend(unknown),
        }
        if faults.is_empty() {
            Ok(())
        } else {
            Err(fault::failure(&faults, style))
        }
    }

    fn unknown(&self) -> Vec<Fault> {
        self.all
            .keys()
            .filter(|name| !self.known.contains(name.as_str()))
            .map(|name| Fault::unknown_member(name))
            .collect()
    }

    fn adopt(&mut self, path: &[String], inner: Members<'_>) {
        let unknown = inner.unknown();
        for fault in inner.faults.into_iter().chain(unknown) {
            self.faults.push(fault.under(path));
        }
    }
}

/// The members of a query string: text, or an array of texts where a name is repeated or ends in `[]`, as some
/// clients write lists.
///
/// # Errors
/// 400 when it cannot be read.
pub fn query_members(uri: &Uri) -> Result<Map<String, Value>, Failure> {
    let axum::extract::Query(pairs) =
        axum::extract::Query::<Vec<(String, String)>>::try_from_uri(uri)
            .map_err(|_source| Failure::malformed("The query cannot be read."))?;
    let mut members = Map::new();
    for (name, text) in pairs {
        if text.contains('\0') || text.contains(char::REPLACEMENT_CHARACTER) {
            return Err(Failure::malformed("The query is not valid UTF-8."));
        }
        let text = Value::String(text);
        let (name, first) = match name.strip_suffix("[]") {
            Some(name) => (name, Value::Array(vec![text.clone()])),
            None => (name.as_str(), text.clone()),
        };
        match members.get_mut(name) {
            None => {
                members.insert(name.to_owned(), first);
            }
            Some(Value::Array(items)) => items.push(text),
            Some(known) => *known = Value::Array(vec![known.take(), text]),
        }
    }
    Ok(members)
}

#[cfg(test)]
mod tests;
