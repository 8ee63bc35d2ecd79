-- Used by `daybook projections list`: every version there is, the live one first.
select r.name, r.version, r.state
from read_models r
order by r.name, r.state <> 'live', r.version
