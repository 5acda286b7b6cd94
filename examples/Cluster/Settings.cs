using System.Globalization;

namespace Cluster;

/// <summary>What the command line says.</summary>
sealed record Settings
{
    public string Command { get; init; } = "table";

    public int Rows { get; init; } = 40_000;

    /// <summary>Rows of the check of memory.</summary>
    public int ManyRows { get; init; } = 10_000_000;

    public string? Redis { get; init; }

    public string? Postgres { get; init; }

    /// <summary>Tells one run's silos from another's in a store that both use.</summary>
    public string ClusterId { get; init; } = Guid.NewGuid().ToString("N");

    public int SiloPort { get; init; }

    public int GatewayPort { get; init; }

    /// <summary>Where the first silo listens, which has the membership when no store does.</summary>
    public int FirstSiloPort { get; init; }

    /// <summary>Where silos let clients in.</summary>
    public int[] Gateways { get; init; } = [];

    public string Folder { get; init; } = "";

    public static Settings Of(string[] args)
    {
        var settings = new Settings();
        for (var i = 0; i < args.Length; i++)
        {
            string Next() => ++i < args.Length ? args[i] : throw new ArgumentException($"{args[i - 1]} needs a value.");
            int Number() => int.Parse(Next(), CultureInfo.InvariantCulture);
            settings = args[i] switch
            {
                "--rows" => settings with { Rows = Number() },
                "--many-rows" => settings with { ManyRows = Number() },
                "--redis" => settings with { Redis = Next() },
                "--postgres" => settings with { Postgres = Next() },
                "--cluster" => settings with { ClusterId = Next() },
                "--silo-port" => settings with { SiloPort = Number() },
                "--gateway-port" => settings with { GatewayPort = Number() },
                "--first" => settings with { FirstSiloPort = Number() },
                "--gateways" =>
                    settings with { Gateways = [.. Next().Split(',').Select(port => int.Parse(port, CultureInfo.InvariantCulture))] },
                "--folder" => settings with { Folder = Next() },
                var command when !command.StartsWith('-') => settings with { Command = command },
                var unknown => throw new ArgumentException($"'{unknown}' is not known."),
            };
        }
        return settings;
    }

    /// <summary>What a silo or a client elsewhere must be told to find the same cluster.</summary>
    public IEnumerable<string> Where()
    {
        yield return "--cluster";
        yield return ClusterId;
        if (Redis is not null)
        {
            yield return "--redis";
            yield return Redis;
        }
        if (Postgres is not null)
        {
            yield return "--postgres";
            yield return Postgres;
        }
    }
}
