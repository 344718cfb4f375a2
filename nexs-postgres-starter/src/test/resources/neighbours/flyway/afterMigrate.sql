insert into item (id, name) values (100, 'afterMigrate') on conflict do nothing;
