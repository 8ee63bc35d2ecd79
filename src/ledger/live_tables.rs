//! Which version of each read model's tables is live, as this process knows it.
//!
//! The files under `projections/` name version 1 of a table, `bookings`; version n is `bookings_vn`, and so are the
//! names of its indexes and constraints, which begin with the table's. Statements are renamed on their way to the
//! database. What a process knows may be old: after a flip the old tables are out of reach of the runtime role (Postgres)
//! or have lost their names (SQLite), so a statement that names them fails, the process reads the registry again, and
//! the statement runs on the live tables ([`super::reads`]). So reads ask nothing first, and never see a retired table.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use sha2::{Digest as _, Sha256};
use sqlx::{AssertSqlSafe, SqlSafeStr as _, SqlStr};

use super::database::{Database, DatabaseError, Row, Sql, hex};
use super::row::Projection;

/// A read model as this program knows it.
#[derive(Clone, Debug)]
pub struct ReadModel {
    /// Its name: the folder under `projections/`.
    pub name: &'static str,
    /// Names of its tables, version 1.
    pub tables: Vec<&'static str>,
    /// Creates version 1 of its tables.
    pub schema: Sql,
    columns: String,
}

impl ReadModel {
    /// The read model that a projection writes.
    pub fn of(projection: &dyn Projection) -> Self {
        let tables = projection.tables();
        let columns = tables.iter().map(|table| {
            let columns = table.columns.iter();
            let columns: Vec<_> = columns.map(|column| (column.name, column.kind)).collect();
            format!("{} {} {columns:?}\n", table.name, table.key_columns)
        });
        Self {
            name: projection.name(),
            tables: tables.iter().map(|table| table.name).collect(),
            schema: projection.schema(),
            columns: std::iter::once(format!("revision {}\n", projection.revision()))
                .chain(columns)
                .collect(),
        }
    }

    /// A digest of what the tables are; comments in the schema do not count.
    pub fn layout(&self, schema: &str) -> String {
        let words = schema
            .lines()
            .filter(|line| !line.trim_start().starts_with("--"))
            .flat_map(str::split_whitespace);
        let mut digest = Sha256::new();
        digest.update(&self.columns);
        for word in words {
            digest.update(word);
            digest.update(" ");
        }
        hex(&digest.finalize()).chars().take(16).collect()
    }
}

/// What the process knows; shared by every clone of its [`Database`].
#[derive(Debug, Default)]
pub struct LiveTables {
    models: Vec<ReadModel>,
    known: RwLock<Arc<Naming>>,
}

/// Read by every process at its start and after a flip. Index: a handful of rows.
const REGISTRY_READ: Sql = Sql::both(include_str!("store/sql/read_models_live.sql"));

impl LiveTables {
    /// Nothing is read yet: version 1 of everything.
    pub fn new(models: Vec<ReadModel>) -> Self {
        Self {
            models,
            known: RwLock::default(),
        }
    }

    /// What is known now.
    pub fn known(&self) -> Arc<Naming> {
        Arc::clone(&self.known.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The read models of this program.
    pub fn models(&self) -> &[ReadModel] {
        &self.models
    }

    /// Takes what the registry says, unless something newer is known.
    fn learn(&self, naming: Naming) -> Arc<Naming> {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.epoch <= naming.epoch && **known != naming {
            *known = Arc::new(naming);
        }
        Arc::clone(&known)
    }
}

impl Database {
    /// Reads the registry again.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn refresh(&self) -> Result<Arc<Naming>, DatabaseError> {
        let rows = self.fetch_untenanted(REGISTRY_READ, Vec::new()).await?;
        let mut naming = Naming::default();
        for row in &rows {
            self.name_model(&mut naming, row)?;
        }
        Ok(self.tables().learn(naming))
    }

    fn name_model(&self, naming: &mut Naming, row: &Row) -> Result<(), DatabaseError> {
        naming.epoch = naming.epoch.max(row.int("epoch")?);
        let (name, version) = (row.text("name")?, row.int("version")?);
        let models = self.tables().models();
        let Some(model) = models.iter().find(|model| model.name == name) else {
            return Ok(());
        };
        if row.text("layout")? == model.layout(self.dialect(model.schema)) {
            naming.add(model, version);
        } else {
            naming.outdate(model, version);
        }
        Ok(())
    }
}

/// Names of the live tables as of one epoch.
#[derive(Debug, Default)]
pub struct Naming {
    /// The last flip that is known.
    epoch: i64,
    /// Names that differ from version 1.
    names: BTreeMap<&'static str, String>,
    /// A read model of another layout than this program's.
    outdated: Option<(&'static str, i64)>,
    /// Renamed statements by the address of their text, which is static.
    texts: Mutex<BTreeMap<(usize, usize), Arc<str>>>,
}

impl PartialEq for Naming {
    fn eq(&self, other: &Self) -> bool {
        (self.epoch, &self.names, self.outdated) == (other.epoch, &other.names, other.outdated)
    }
}

impl Naming {
    /// A version of one read model, whether it is live or not.
    pub fn of(model: &ReadModel, version: i64) -> Self {
        let mut naming = Self::default();
        naming.add(model, version);
        naming
    }

    fn add(&mut self, model: &ReadModel, version: i64) {
        if 1 < version {
            let named = model
                .tables
                .iter()
                .map(|table| (*table, format!("{table}_v{version}")));
            self.names.extend(named);
        }
    }

    /// Points the names nowhere: whatever reads or writes these tables must fail.
    fn outdate(&mut self, model: &ReadModel, version: i64) {
        let named = model
            .tables
            .iter()
            .map(|table| (*table, format!("{table}_unknown")));
        self.names.extend(named);
        self.outdated = Some((model.name, version));
    }

    /// The last flip that is known: what the append compares with the heads.
    pub const fn epoch(&self) -> i64 {
        self.epoch
    }

    /// Whether this program may write.
    ///
    /// # Errors
    /// [`DatabaseError::Outdated`]: a live read model has another layout.
    pub fn usable(&self) -> Result<(), DatabaseError> {
        match self.outdated {
            None => Ok(()),
            Some((model, version)) => Err(DatabaseError::Outdated { model, version }),
        }
    }

    /// The name of a table.
    pub fn name<'a>(&'a self, table: &'a str) -> &'a str {
        self.names.get(table).map_or(table, String::as_str)
    }

    /// A statement over the live tables; costs nothing before the first flip, a look-up after it.
    pub fn text(&self, text: &'static str) -> SqlStr {
        if self.names.is_empty() {
            return text.into_sql_str();
        }
        let mut texts = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        let renamed = texts
            .entry((text.as_ptr().addr(), text.len()))
            .or_insert_with(|| self.renamed(text).into());
        AssertSqlSafe(Arc::clone(renamed)).into_sql_str()
    }

    /// Renames what begins with a table's name: the table itself, its indexes and its constraints. Literals, members
    /// (`b.status`) and comments stay.
    pub fn renamed(&self, text: &str) -> String {
        let mut renamed = String::with_capacity(text.len() + 64);
        let mut rest = text;
        while let Some(next) = rest.chars().next() {
            let length = match next {
                '\'' => rest
                    .get(1..)
                    .and_then(|tail| tail.find('\''))
                    .map_or(rest.len(), |end| end + 2),
                '-' if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
                _ if is_word(next) => rest.find(|other| !is_word(other)).unwrap_or(rest.len()),
                _ => next.len_utf8(),
            };
            let (token, tail) = rest.split_at(length);
            if is_word(next) && !renamed.ends_with('.') {
                renamed.push_str(&self.renamed_word(token));
            } else {
                renamed.push_str(token);
            }
            rest = tail;
        }
        renamed
    }

    fn renamed_word(&self, word: &str) -> String {
        let named = self.names.iter().find_map(|(table, name)| {
            let tail = word.strip_prefix(table)?;
            (tail.is_empty() || tail.starts_with('_')).then(|| format!("{name}{tail}"))
        });
        named.unwrap_or_else(|| word.to_owned())
    }
}

fn is_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bookings(version: i64) -> Naming {
        let model = ReadModel {
            name: "bookings",
            tables: vec!["bookings", "booking_seats"],
            schema: Sql::both(""),
            columns: String::new(),
        };
        Naming::of(&model, version)
    }

    #[test]
    fn tables_indexes_and_constraints_are_renamed_and_nothing_else() {
        let text = "-- bookings\nselect b.bookings, 'bookings' from bookings as b join booking_seats s on true \
                    where bookings.x = mybookings on conflict on constraint bookings_pkey";
        assert_eq!(
            bookings(3).renamed(text),
            "-- bookings\nselect b.bookings, 'bookings' from bookings_v3 as b join booking_seats_v3 s on true \
             where bookings_v3.x = mybookings on conflict on constraint bookings_v3_pkey"
        );
        assert_eq!(bookings(1).renamed(text), text);
    }

    #[test]
    fn comments_are_not_part_of_a_layout() {
        let model = ReadModel {
            name: "m",
            tables: Vec::new(),
            schema: Sql::both(""),
            columns: String::new(),
        };
        let layout = |schema| model.layout(schema);
        assert_eq!(
            layout("-- why\ncreate table m (a text)"),
            layout("create table m\n (a text)")
        );
        assert_ne!(
            layout("create table m (a text)"),
            layout("create table m (b text)")
        );
    }
}
