-- Used by store/resolution.rs. Which commands are in the log, and where they end. Index: events_command.
select e.command_id, max(e.position) as position
from unnest($1::uuid[], $2::uuid[]) as k (tenant, command_id)
join events e on e.tenant = k.tenant and e.command_id = k.command_id
group by e.command_id
