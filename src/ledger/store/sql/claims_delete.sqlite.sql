-- Used by store/claims.rs. Index: claims_pkey.
delete from claims
where (tenant, claim) in (select k.value ->> 0, k.value ->> 1 from json_each($1) k)
