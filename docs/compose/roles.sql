-- Roles and database of a new cluster, run once by node.sh as the superuser postgres. The schema is a matter of the
-- application's migrations.
\getenv user POSTGRES_USER
\getenv password POSTGRES_PASSWORD
\getenv database POSTGRES_DB
\getenv replication_password REPLICATION_PASSWORD

set password_encryption = 'scram-sha-256';
-- Passwords get neither into the log, also where a statement fails, nor into the statistics.
set log_statement = 'none';
set log_min_duration_statement = -1;
set log_min_error_statement = 'panic';
set pg_stat_statements.track_utility = off;

create role replicator login replication password :'replication_password';
create role :"user" login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password :'password';
-- Statements and sessions of others, and how far the replicas are.
grant pg_monitor to :"user";

create database :"database" owner :"user";
revoke connect, temporary on database :"database" from public;
revoke connect on database postgres, template1 from public;
