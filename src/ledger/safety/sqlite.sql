-- What `serve` and `doctor` must know of SQLite before they trust it. One row; reads pragmas of this connection.
-- `synchronous` is that of a reading connection: every connection of a pool is opened with the same options.
select sqlite_version() as version,
       (select journal_mode from pragma_journal_mode) as journal_mode,
       (select synchronous from pragma_synchronous) as synchronous,
       cast(unixepoch('subsec') * 1000000 as integer) as now
