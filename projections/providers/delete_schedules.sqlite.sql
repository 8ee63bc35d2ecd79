-- Deletes schedules by key: the append transaction and the rebuild. `$1` is a JSON array of arrays.
delete from provider_schedules
where (tenant, provider, schedule) in (
    select r.value ->> 0, r.value ->> 1, r.value ->> 2 from json_each($1) as r
);
