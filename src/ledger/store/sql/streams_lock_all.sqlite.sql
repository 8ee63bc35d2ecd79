-- Used by store/rebuild.rs; the transaction is the only writer, so there is nothing to lock.
select count(*) as locked from json_each($1)
