-- Used by store/resolution.rs. Which commands are in the log, and where they end. Index: events_command.
select e.command_id, max(e.position) as position
from json_each($1) k
cross join events e on e.tenant = k.value ->> 0 and e.command_id = k.value ->> 1
group by e.command_id
