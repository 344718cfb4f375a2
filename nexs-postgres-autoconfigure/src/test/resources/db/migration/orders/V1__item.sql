create table item (
	id bigint generated always as identity primary key,
	name text not null,
	node_port integer not null default inet_server_port()
);
