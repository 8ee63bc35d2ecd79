-- An event cannot be replaced either. `insert or replace` deletes the row it collides with, and SQLite fires no delete
-- trigger for that unless the connection asks for recursive triggers: whoever writes by hand does not.
--
-- The probes are of the keys that the insert is about to read anyway. `new.rowid` is -1 where none was given.
create trigger events_no_replace before insert on events
when exists (
    select 1 from events e
    where e.tenant = new.tenant and e.aggregate_type = new.aggregate_type and e.aggregate_id = new.aggregate_id
      and e.sequence = new.sequence)
  or exists (select 1 from events e where e.tenant = new.tenant and e.position = new.position)
  or exists (select 1 from events e where e.tenant = new.tenant and e.event_id = new.event_id)
  or exists (select 1 from events e where e.rowid = new.rowid)
begin
  select raise(abort, 'table events is append-only: replace refused');
end;
