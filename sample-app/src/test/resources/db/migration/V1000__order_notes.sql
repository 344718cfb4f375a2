create table order_notes (
	id bigint generated always as identity primary key,
	order_id bigint not null references orders,
	text text not null
);
