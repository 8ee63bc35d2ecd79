-- Used by store/rebuild/leftovers.rs: whether there is such a table.
select count(*) as n from sqlite_master where type = 'table' and name = $1
