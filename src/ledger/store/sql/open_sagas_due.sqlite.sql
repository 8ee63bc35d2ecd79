-- Used by store/open_sagas.rs before it leases: SQLite's one writer is not asked for nothing. Index: open_sagas_due.
select 1 as due from open_sagas where due_at <= $1 limit 1
