-- A copy of a shop must not tidy up in the buckets of the shop itself.
UPDATE print3d_storage
   SET access_key = NULL, secret = NULL, secret_source = 'here', is_default = false,
       state = 'new';
UPDATE print3d_storage_migration SET state = 'paused' WHERE state = 'running';
