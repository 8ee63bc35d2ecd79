-- Used by store/rebuild/leftovers.rs: older versions that are not live. Never younger ones: their rebuild is under way,
-- and the largest number must stay, so that it is not drawn again.
select r.version
from read_models r
where r.name = $1 and r.version < $2 and r.state <> 'live'
order by r.version
