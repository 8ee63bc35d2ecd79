//! The store's promises, on SQLite and, where `TEST_POSTGRES_URL` is set, on Postgres.
