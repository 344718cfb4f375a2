-- Tables of the examples, empty while none is running.
create table example_item (
	id bigint generated always as identity primary key,
	name text not null,
	price numeric(12, 2) not null check (price >= 0)
);

create table example_account (
	owner text primary key,
	balance integer not null,
	check (owner <> 'capped' or balance <= 100)
);

create table example_row (
	id integer not null,
	name text not null
);

create table example_booking (
	token uuid not null
);

create table example_payment (
	id bigint generated always as identity primary key,
	amount numeric(12, 2) not null
);

create table example_trail (
	payment_sql text not null,
	rows bigint not null,
	node text not null
);
