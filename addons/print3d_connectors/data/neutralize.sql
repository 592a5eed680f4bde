-- a copy of the database must not listen to the printers of the shop
UPDATE print3d_connection
   SET active = false,
       token_hash = NULL;
