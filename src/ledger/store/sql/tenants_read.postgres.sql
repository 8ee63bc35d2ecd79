-- Used by store/reading.rs for maintenance.
select t.tenant
from log_tenants() as t (tenant)
