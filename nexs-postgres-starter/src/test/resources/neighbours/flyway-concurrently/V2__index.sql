create index concurrently item_name on item (name);
