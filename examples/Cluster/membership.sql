-- What Orleans asks of a PostgreSQL database that keeps the membership of clusters: the queries that it looks for by name, over two tables.
-- A change of the members is refused, as 0 rows, where another silo changed them first: each goes with the version that it began from.

create table version (cluster varchar(150) primary key, changed timestamptz not null default now(), version int not null default 0);

create table silo
(
    cluster varchar(150) references version, address varchar(45), port int, generation int,
    name varchar(150) not null, host varchar(150) not null, status int not null, gateway int,
    suspected varchar(8000), started timestamptz not null, alive timestamptz not null,
    primary key (cluster, address, port, generation)
);

create table OrleansQuery (QueryKey varchar(64) primary key, QueryText varchar(8000) not null);

insert into OrleansQuery values
('InsertMembershipVersionKey', '
    with added as (insert into version (cluster) values (@DeploymentId) on conflict do nothing returning 1)
    select count(*)::int from added'),
('InsertMembershipKey', '
    with changed as (
        update version v set version = v.version + 1, changed = now()
        where v.cluster = @DeploymentId and v.version = @Version and not exists (
            select from silo s
            where s.cluster = v.cluster and s.address = @Address and s.port = @Port and s.generation = @Generation)
        returning v.cluster),
    added as (
        insert into silo (cluster, address, port, generation, name, host, status, gateway, started, alive)
        select cluster, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime from changed
        returning 1)
    select count(*)::int from added'),
('UpdateMembershipKey', '
    with changed as (
        update version v set version = v.version + 1, changed = now()
        from silo s
        where v.cluster = @DeploymentId and v.version = @Version
            and s.cluster = v.cluster and s.address = @Address and s.port = @Port and s.generation = @Generation
        returning v.cluster),
    updated as (
        update silo s set status = @Status, suspected = @SuspectTimes, alive = @IAmAliveTime
        from changed
        where s.cluster = changed.cluster and s.address = @Address and s.port = @Port and s.generation = @Generation
        returning 1)
    select count(*)::int from updated'),
('UpdateIAmAlivetimeKey', '
    update silo set alive = @IAmAliveTime
    where cluster = @DeploymentId and address = @Address and port = @Port and generation = @Generation'),
('MembershipReadRowKey', '
    select v.cluster as "DeploymentId", s.address as "Address", s.port as "Port", s.generation as "Generation", s.name as "SiloName",
        s.host as "HostName", s.status as "Status", s.gateway as "ProxyPort", s.suspected as "SuspectTimes", s.started as "StartTime",
        s.alive as "IAmAliveTime", v.version as "Version"
    from version v
    left join silo s on s.cluster = v.cluster and s.address = @Address and s.port = @Port and s.generation = @Generation
    where v.cluster = @DeploymentId'),
('MembershipReadAllKey', '
    select v.cluster as "DeploymentId", s.address as "Address", s.port as "Port", s.generation as "Generation", s.name as "SiloName",
        s.host as "HostName", s.status as "Status", s.gateway as "ProxyPort", s.suspected as "SuspectTimes", s.started as "StartTime",
        s.alive as "IAmAliveTime", v.version as "Version"
    from version v
    left join silo s on s.cluster = v.cluster
    where v.cluster = @DeploymentId'),
('DeleteMembershipTableEntriesKey', '
    with gone as (delete from silo where cluster = @DeploymentId)
    delete from version where cluster = @DeploymentId'),
('GatewaysQueryKey', '
    select address as "Address", gateway as "ProxyPort", generation as "Generation"
    from silo
    where cluster = @DeploymentId and status = @Status and gateway > 0'),
('CleanupDefunctSiloEntriesKey', '
    delete from silo where cluster = @DeploymentId and alive < @IAmAliveTime and status <> 3');
