-- Used by store/rebuild/flip.rs: no row when another rebuild has taken over. The epoch follows the last flip of any
-- read model.
update read_models
set state = 'live', epoch = (select max(r.epoch) + 1 from read_models r)
where name = $1 and version = $2 and state = 'building'
returning epoch
