-- What `serve` and `doctor` must know of Postgres before they trust it. One row; reads settings and one catalogue row.
select current_setting('server_version') as version,
       current_setting('server_version_num')::bigint as number,
       current_setting('fsync') as fsync,
       current_setting('full_page_writes') as full_page_writes,
       current_setting('synchronous_commit') as synchronous_commit,
       (select case when rolsuper or rolbypassrls then 'yes' else 'no' end
          from pg_catalog.pg_roles
         where rolname = session_user) as privileged,
       (extract(epoch from clock_timestamp()) * 1000000)::bigint as now
