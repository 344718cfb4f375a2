-- A row for each transaction that wrote something: tells what became of a COMMIT whose answer was lost.
create table nexs_commit_marker (
	id uuid primary key,
	claimed boolean not null default false,
	created timestamptz not null default clock_timestamp()
);
