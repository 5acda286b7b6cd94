using System.Collections.Concurrent;

namespace Microsoft.ML.Attention.Tests.Gpu;

/// <summary>What the tests on the GPU saw, told once they are through, to the file that the variable ATTENTION_GPU_REPORT names.</summary>
[TestClass]
public sealed class GpuReport
{
    const string Cpu = "CPUExecutionProvider";

    static readonly ConcurrentQueue<Entry> Entries = [];

    sealed record Entry(string Kind, string Case, double Difference, int Sessions, (string Operator, string Provider)[] Nodes);

    /// <summary>Takes in a case.</summary>
    /// <param name="kind">What the case is one of.</param>
    /// <param name="name">The case.</param>
    /// <param name="difference">How far the farthest number was from the CPU's.</param>
    /// <param name="places">What ran where, unless that was told already.</param>
    internal static void Add(string kind, string name, double difference, NodePlaces? places = null) =>
        Entries.Enqueue(new(kind, name, difference, places?.Sessions ?? 0, [.. places?.Read() ?? []]));

    [AssemblyCleanup]
    public static void Write()
    {
        if (Environment.GetEnvironmentVariable("ATTENTION_GPU_REPORT") is { } path && !Entries.IsEmpty)
            File.WriteAllLines(path, Lines());
    }

    static IEnumerable<string> Lines()
    {
        yield return "| | cases | sessions | nodes on the GPU provider | nodes on the CPU | largest difference |";
        yield return "|---|---|---|---|---|---|";
        foreach (var kind in Entries.GroupBy(entry => entry.Kind))
        {
            var nodes = kind.SelectMany(entry => entry.Nodes).ToArray();
            var worst = kind.MaxBy(entry => entry.Difference)!;
            yield return $"| {kind.Key} | {kind.Count()} | {kind.Sum(entry => entry.Sessions)} | "
                + $"{nodes.Count(node => node.Provider != Cpu)} | {nodes.Count(node => node.Provider == Cpu)} | {worst.Difference:G2} "
                + $"({worst.Case}) |";
        }
        foreach (var node in Entries.SelectMany(entry => entry.Nodes).Where(node => node.Provider == Cpu).CountBy(node => node.Operator))
            yield return $"On the CPU: {node.Key} {node.Value} times";
    }
}
