-- One entry of a provider. Found by the primary key.
select provider, created_at, updated_at, version, doc
from out_of_office
where tenant = $1 and provider = $2 and number = $3;
