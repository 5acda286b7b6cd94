// Rows on a cluster of silos, each a process of its own on loopback: how fast, at what cost, and what happens when one is killed.
//
//   dotnet run --project examples/Cluster -c Release                       the table, and a silo killed in the middle
//   dotnet run --project examples/Cluster -c Release -- --rows 160000      with more rows
//   dotnet run --project examples/Cluster -c Release -- check              what must hold: killed and hung silos, a killed coordinator,
//                                                                          a damaged model, memory over 10 million rows
//   ... --redis 127.0.0.1:6379            membership in Redis; without a store, in the memory of the first silo
//   ... --postgres "Host=127.0.0.1;..."   membership in PostgreSQL, with the tables and queries of membership.sql
//
// examples/Cluster/stores redis|postgres ... starts such a store for a run of this program.
using System.Globalization;
using Cluster;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
var settings = Settings.Of(args);
return settings.Command switch
{
    "silo" => await SiloProcess.Run(settings),
    "files" => await FileJob.Run(settings),
    "check" => await Checks.Run(settings),
    _ => await Table.Run(settings),
};
