using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Cluster;

/// <summary>Silos as processes of this program. They end with this one, however it ends: their standard input closes then.</summary>
sealed class Silos : IAsyncDisposable
{
    readonly Settings _settings;
    readonly List<Process> _processes = [];

    Silos(Settings settings) => _settings = settings;

    public IReadOnlyList<Process> Processes => _processes;

    public Settings ForClients { get; private set; } = new();

    public static async Task<Silos> Start(Settings settings, int count)
    {
        var silos = new Silos(settings with { ClusterId = Guid.NewGuid().ToString("N") });
        var ports = FreePorts(2 * count);
        silos.ForClients = silos._settings with { Gateways = [.. ports.Skip(count)] };
        try
        {
            for (var i = 0; i < count; i++)
            {
                string[] arguments = [.. silos._settings.Where(), "--silo-port", $"{ports[i]}", "--gateway-port", $"{ports[count + i]}",
                    "--first", $"{ports[0]}"];
                // On a machine that is busy with other things a silo may not join in the time that Orleans gives it.
                for (var attempt = 1; ; attempt++)
                {
                    var silo = Own("silo", arguments);
                    string? line;
                    while ((line = await silo.StandardOutput.ReadLineAsync()) is not (null or "up"))
                        Console.WriteLine($"  silo {silo.Id}: {line}");
                    if (line == "up")
                    {
                        silos._processes.Add(silo);
                        _ = Drain(silo);
                        break;
                    }
                    await silo.WaitForExitAsync();
                    using (silo)
                        if (attempt == 3)
                            throw new InvalidOperationException($"Silo {silo.Id} ended with {silo.ExitCode}.");
                }
            }
        }
        catch
        {
            await silos.DisposeAsync();
            throw;
        }
        return silos;
    }

    /// <summary>This program again, with another command.</summary>
    public static Process Own(string command, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var argument in arguments.Prepend(command))
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    /// <summary>Seconds of CPU of all silos so far.</summary>
    public double Cpu => _processes.Where(silo => !silo.HasExited).Sum(silo =>
    {
        silo.Refresh();
        return silo.TotalProcessorTime.TotalSeconds;
    });

    public static void Signal(Process process, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        kill.WaitForExit();
    }

    static async Task Drain(Process silo)
    {
        while (await silo.StandardOutput.ReadLineAsync() is { } line)
            Console.WriteLine($"  silo {silo.Id}: {line}");
    }

    static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        foreach (var listener in listeners)
            listener.Start();
        int[] ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        foreach (var listener in listeners)
            listener.Stop();
        return ports;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in _processes)
        {
            if (!silo.HasExited)
                silo.Kill();
            await silo.WaitForExitAsync();
            silo.Dispose();
        }
    }
}
