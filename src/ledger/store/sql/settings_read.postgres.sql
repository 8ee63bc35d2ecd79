-- Used by store/connect.rs before anything else: is this a server that keeps what it acknowledges?
select current_setting('server_version_num')::integer as version,
  current_setting('fsync') as fsync,
  current_setting('full_page_writes') as full_page_writes,
  current_setting('synchronous_commit') as synchronous_commit
