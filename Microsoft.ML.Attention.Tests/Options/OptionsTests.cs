using System.Reflection;
using System.Text.Json;

namespace Microsoft.ML.Attention.Tests.Options;

/// <summary>Options are values.</summary>
[TestClass]
public sealed class OptionsTests
{
    static IEnumerable<string> Properties => typeof(MultiHeadAttentionOptions).GetProperties().Select(p => p.Name);

    static IEnumerable<string> SavedProperties => Properties.Except([nameof(MultiHeadAttentionOptions.Parameters)]);

    [TestMethod]
    public void Equality_IsByContent_ListsIncluded()
    {
        var (a, b) = (Full(), Full());

        Assert.AreEqual(a, b);
        Assert.AreEqual(a.GetHashCode(), b.GetHashCode());
        Assert.AreNotEqual(a, b with { InputColumnNames = ["A", "C"] });
        Assert.AreNotEqual(a, b with { HeadWindowSizes = [1, null, 3] });
        Assert.AreNotEqual(a, b with { HeadWindowSizes = null });
        Assert.AreNotEqual(a, b with { KeptHeads = [[0, 2], [1]] });
        Assert.AreNotEqual(a, b with { Training = b.Training with { Seed = 3 } });
        Assert.AreNotEqual(a, b with { Runtime = b.Runtime with { BatchSize = 3 } });
    }

    [TestMethod]
    public void InputColumnNames_LeftOpen_FollowTheOutputColumn()
    {
        var options = new MultiHeadAttentionOptions { OutputColumnName = "A" };

        Assert.AreSequenceEqual(["A"], options.InputColumnNames);
        Assert.AreSequenceEqual(["B"], (options with { OutputColumnName = "B" }).InputColumnNames);
        Assert.AreEqual(options, JsonSerializer.Deserialize<MultiHeadAttentionOptions>(JsonSerializer.Serialize(options)));
    }

    [TestMethod]
    public void Lists_AreCopied()
    {
        List<string> names = ["A"];
        var options = new MultiHeadAttentionOptions { InputColumnNames = names };

        names.Add("B");

        Assert.AreSequenceEqual(["A"], options.InputColumnNames);
    }

    [TestMethod]
    public void Text_ShowsTheContentOfLists() => StringAssert.Contains($"{Full()}", "InputColumnNames = [A, B], KeyColumnName = K");

    [TestMethod, DynamicData(nameof(Properties))]
    public void Property_IsReadableAndWritable_AsASweepNeeds(string name)
    {
        var property = typeof(MultiHeadAttentionOptions).GetProperty(name)!;

        Assert.IsTrue(property.CanRead && property.CanWrite);
    }

    [TestMethod, DynamicData(nameof(SavedProperties))]
    public void Property_IsInJsonAndComesBack(string name)
    {
        var json = JsonSerializer.Serialize(Full());

        StringAssert.Contains(json, $"\"{name}\":");
        Assert.AreEqual(Full(), JsonSerializer.Deserialize<MultiHeadAttentionOptions>(json));
    }

    [TestMethod]
    public void Json_HasNothingOfThisProcessAlone()
    {
        using var source = new CancellationTokenSource();
        var options = Full() with
        {
            Parameters = AttentionParameters.Create([]),
            Training = Full().Training with { Progress = new Progress<TrainingProgress>(), CancellationToken = source.Token },
            Runtime = Full().Runtime with { GpuDeviceId = 3, FallbackToCpu = true, ConfigureSession = _ => { } },
        };

        Assert.AreEqual(JsonSerializer.Serialize(Full()), JsonSerializer.Serialize(options));
    }

    /// <summary>No saved property has its default: what is not written or not read shows.</summary>
    static MultiHeadAttentionOptions Full()
    {
        var options = new MultiHeadAttentionOptions();
        Fill(options);
        return options with { InputColumnNames = ["A", "B"] };
    }

    static void Fill(object options)
    {
        foreach (var property in options.GetType().GetProperties(BindingFlags.Instance | BindingFlags.Public)
            .Where(p => p.GetCustomAttribute<System.Text.Json.Serialization.JsonIgnoreAttribute>() is null))
        {
            var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            var value = property.GetValue(options);
            property.SetValue(options, type switch
            {
                _ when type == typeof(string) => $"{property.Name[0]}",
                _ when type == typeof(IReadOnlyList<string>) => new[] { "A", "B" },
                _ when type == typeof(IReadOnlyList<int?>) => new int?[] { 1, null, 2 },
                _ when type == typeof(IReadOnlyList<double>) => new double[] { 1.5, 2.5 },
                _ when type == typeof(IReadOnlyList<IReadOnlyList<int>>) => new int[][] { [0, 2], [] },
                _ when type == typeof(bool) => value is not true,
                _ when type == typeof(int) => 1 + (int)(value ?? 6),
                _ when type == typeof(double) => 0.5 + (double)(value ?? 0.25),
                { IsEnum: true } => Enum.GetValues(type).GetValue(1),
                _ => Filled(value ?? Activator.CreateInstance(type)!),
            });
        }
    }

    static object Filled(object options)
    {
        Fill(options);
        return options;
    }
}
