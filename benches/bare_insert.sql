-- Row (a): what one booking costs the database when nothing else is kept of it. For pgbench, as a prepared statement.
\set provider random(1, 1000)
\set starts_at random(1, 1000000000) * 900
\set ends_at :starts_at + 900
insert into bare (provider_id, during) values (:provider, tstzrange(to_timestamp(:starts_at), to_timestamp(:ends_at)));
