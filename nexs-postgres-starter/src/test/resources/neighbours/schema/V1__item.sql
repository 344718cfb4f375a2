create table item (id bigint primary key, name text, port int default inet_server_port());
insert into item (id, name) values (1, 'V1');
