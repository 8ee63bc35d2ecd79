-- Used by store/rebuild/leftovers.rs, with the tables of the version.
delete from read_models where name = $1 and version = $2 and state <> 'live'
