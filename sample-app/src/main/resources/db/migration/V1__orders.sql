create table orders (
	id bigint generated always as identity primary key,
	customer text not null check (customer <> ''),
	item text not null check (item <> ''),
	quantity integer not null check (quantity > 0),
	price numeric(12, 2) not null check (price >= 0),
	created_at timestamptz not null default now()
);

create index orders_of_customer on orders (customer, created_at desc, id desc);
