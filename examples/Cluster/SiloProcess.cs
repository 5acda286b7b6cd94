using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.ML.Attention.Orleans;
using Orleans.Configuration;

namespace Cluster;

/// <summary>A silo, until its standard input closes.</summary>
static class SiloProcess
{
    public static async Task<int> Run(Settings settings)
    {
        using var host = Quiet().UseOrleans(silo =>
        {
            silo.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (settings.ClusterId, "attention"));
            if (settings.Redis is not null)
                silo.UseRedisClustering(settings.Redis).ConfigureEndpoints(IPAddress.Loopback, settings.SiloPort, settings.GatewayPort);
            else if (settings.Postgres is not null)
                silo.UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = ("Npgsql", settings.Postgres))
                    .ConfigureEndpoints(IPAddress.Loopback, settings.SiloPort, settings.GatewayPort);
            else
                silo.UseLocalhostClustering(settings.SiloPort, settings.GatewayPort,
                    new IPEndPoint(IPAddress.Loopback, settings.FirstSiloPort), "attention", settings.ClusterId);
            silo.AddModelScoring();
        }).Build();
        await host.StartAsync();
        Console.WriteLine("up");
        await Console.In.ReadToEndAsync();
        await host.StopAsync();
        return 0;
    }

    public static async Task<IHost> Client(Settings settings)
    {
        var host = Quiet().UseOrleansClient(client =>
        {
            client.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (settings.ClusterId, "attention"));
            if (settings.Redis is not null)
                client.UseRedisClustering(settings.Redis);
            else if (settings.Postgres is not null)
                client.UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = ("Npgsql", settings.Postgres));
            else
                client.UseLocalhostClustering(settings.Gateways, "attention", settings.ClusterId);
        }).Build();
        await host.StartAsync();
        return host;
    }

    // What Orleans says of a silo that is lost is the point of this program, and long.
    static IHostBuilder Quiet() => Host.CreateDefaultBuilder([]).ConfigureLogging(logging => logging.ClearProviders());
}
