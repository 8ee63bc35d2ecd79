-- Used by store/reading.rs to compare the facts of a booking that has left its provider's state. Index: events_subject,
-- backwards: a booking has few events.
select e.sequence
from events e
where e.tenant = $1 and e.subject = $2 and e.aggregate_type = $3 and e.aggregate_id = $4
order by e.position desc
limit 1
