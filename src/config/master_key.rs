//! The master key, which wraps the keys of personal data: configured, or a file beside an SQLite database.

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{ConfigError, DatabaseUrl, Secret};

/// 32 bytes, from base64 text.
pub type MasterKey = Secret<[u8; 32]>;

/// Reads base64 text of 32 bytes.
///
/// # Errors
/// [`ConfigError::Invalid`].
pub(super) fn parse(text: &str) -> Result<MasterKey, ConfigError> {
    STANDARD
        .decode(text.trim())
        .ok()
        .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok())
        .map(Secret::new)
        .ok_or(ConfigError::Invalid {
            setting: "master-key",
            reason: "is not 32 bytes in base64",
        })
}

/// Reads `<database>.key`, and creates it (mode 0600) from `fresh` bytes when neither it nor the database is there.
///
/// # Errors
/// [`ConfigError::MasterKeyMissing`] on Postgres; [`ConfigError::MasterKeyLost`] when the database is there without
/// its key (a new key could not open what is in it); [`ConfigError::File`].
pub(super) fn beside(
    database: &DatabaseUrl,
    fresh: impl FnOnce() -> [u8; 32],
) -> Result<MasterKey, ConfigError> {
    let (Some(database), Some(path)) = (database.sqlite_path(), database.beside(".key")) else {
        return Err(ConfigError::MasterKeyMissing);
    };
    let file_error = |source| ConfigError::File {
        path: path.clone(),
        source,
    };
    match fs::read_to_string(&path) {
        Ok(text) => return parse(&text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(file_error(error)),
    }
    if fs::metadata(database).is_ok_and(|metadata| metadata.len() > 0) {
        return Err(ConfigError::MasterKeyLost { path });
    }
    create(&path, &STANDARD.encode(fresh())).map_err(file_error)?;
    parse(&fs::read_to_string(&path).map_err(file_error)?)
}

/// Writes the key whole or not at all: of two programs that start at once, one links its file, both read that one.
fn create(path: &Path, text: &str) -> io::Result<()> {
    let mut draft = path.as_os_str().to_owned();
    draft.push(format!(".{}", std::process::id()));
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&draft)?;
    writeln!(file, "{text}")?;
    file.sync_all()?;
    let linked = fs::hard_link(&draft, path);
    fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::PathBuf;

    use super::super::{ConfigError, DatabaseUrl};
    use super::beside;

    fn database(name: &str) -> (DatabaseUrl, PathBuf) {
        let drawn: u128 = rand::random();
        let folder = std::env::temp_dir().join(format!("daybook-{name}-{drawn:032x}"));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("day.db");
        (DatabaseUrl::Sqlite { path }, folder)
    }

    #[test]
    fn a_key_is_created_once_for_its_owner_only() {
        let (url, folder) = database("created");
        let first = beside(&url, || [7; 32]).unwrap();
        let second = beside(&url, || [8; 32]).unwrap();
        let mode = fs::metadata(folder.join("day.db.key"))
            .unwrap()
            .permissions()
            .mode();
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(first.expose(), &[7; 32]);
        assert_eq!(second.expose(), &[7; 32]);
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_lost_key_is_not_replaced() {
        let (url, folder) = database("lost");
        fs::write(folder.join("day.db"), "data").unwrap();
        let refused = beside(&url, || [7; 32]);
        fs::remove_dir_all(&folder).unwrap();
        assert!(matches!(refused, Err(ConfigError::MasterKeyLost { .. })));
    }
}
