-- Index entries that a booking need not write.

-- Only names with a scope are ever sought without it; bookings, seats, holds and numbers have none.
drop index directory_name;
create index directory_name on directory (kind, name) where scope <> '';

-- An erasure derives the terms of a key again before it destroys the key, and deletes them by their primary key.
drop index person_terms_key;
