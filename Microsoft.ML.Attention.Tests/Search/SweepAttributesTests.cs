using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML.Attention.Options;
using Microsoft.ML.Attention.Search;
using Microsoft.ML.SearchSpace;

namespace Microsoft.ML.Attention.Tests.Search;

/// <summary>What the options carry for Microsoft.ML.AutoML, which reads these attributes by reflection.</summary>
[TestClass]
public sealed class SweepAttributesTests
{
    static readonly PropertyInfo[] Swept = [.. new[] { typeof(MultiHeadAttentionOptions), typeof(TrainingOptions) }.SelectMany(options =>
        options.GetProperties())];

    static IEnumerable<PropertyInfo> Choices => Swept.Where(option => option.IsDefined(typeof(ChoiceAttribute)));

    static IEnumerable<PropertyInfo> Ranges => Swept.Where(option => option.IsDefined(typeof(RangeAttribute)));

    [TestMethod, DynamicData(nameof(Choices))]
    public void Choice_IsOfDistinctValuesOfTheOptionsType_AndBeginsWithOneOfThem(PropertyInfo option)
    {
        var choice = option.GetCustomAttribute<ChoiceAttribute>()!;
        var type = Nullable.GetUnderlyingType(option.PropertyType) ?? option.PropertyType;

        Assert.IsTrue(choice.Candidates.All(candidate => candidate.GetType() == type));
        Assert.AreEqual(choice.Candidates.Length, choice.Candidates.Distinct().Count());
        Assert.Contains(choice.DefaultValue, choice.Candidates);
    }

    [TestMethod]
    [DataRow(nameof(MultiHeadAttentionOptions.NumberOfLayers))]
    [DataRow(nameof(MultiHeadAttentionOptions.PositionalEncoding))]
    public void Choice_WhoseCandidatesHoldTheOptionsDefault_BeginsWithIt(string name)
    {
        var option = typeof(MultiHeadAttentionOptions).GetProperty(name)!;

        Assert.AreEqual(option.GetValue(new MultiHeadAttentionOptions()), option.GetCustomAttribute<ChoiceAttribute>()!.DefaultValue);
    }

    [TestMethod, DynamicData(nameof(Ranges))]
    public void Range_HoldsTheOptionsDefault_AndBeginsWithIt(PropertyInfo option)
    {
        var range = option.GetCustomAttribute<RangeAttribute>()!;
        var value = (double)option.GetValue(new TrainingOptions())!;

        Assert.AreEqual(value, range.Init);
        Assert.IsInRange((double)range.Min, (double)range.Max, value);
        Assert.IsTrue(!range.LogBase || (double)range.Min > 0);
    }

    [TestMethod]
    public void EveryWidth_IsDividedByEveryNumberOfHeads_IntoPairs()
    {
        foreach (var width in SweepAttributes.Choices<int>(nameof(MultiHeadAttentionOptions.ModelDimension)))
            foreach (var heads in SweepAttributes.Choices<int>(nameof(MultiHeadAttentionOptions.NumberOfHeads)))
                Assert.AreEqual(0, width % (2 * heads), $"Rotary positions turn pairs: {heads} heads of width {width}.");
    }

    [TestMethod]
    public void EveryCombinationOfChoices_IsAStage()
    {
        IEnumerable<MultiHeadAttentionOptions> combinations = [new() { OutputColumnName = "F" }];
        foreach (var option in Choices.ToArray())
            combinations = [.. combinations.SelectMany(options =>
                option.GetCustomAttribute<ChoiceAttribute>()!.Candidates.Select(candidate => With(options, option, candidate)))];

        foreach (var options in combinations)
            OptionsValidation.Check(options);
        Assert.HasCount(3 * 3 * 4 * 2 * 3 * 6, combinations);
    }

    [TestMethod]
    public void Training_IsSweptAsPartOfTheOptions() =>
        Assert.IsTrue(typeof(MultiHeadAttentionOptions).GetProperty(nameof(MultiHeadAttentionOptions.Training))!.IsDefined(
            typeof(NestOptionAttribute)));

    /// <summary>AutoML makes a dictionary of what it sampled, and of that the options by way of JSON, enumerations by name.</summary>
    [TestMethod]
    public void Sample_ByWayOfJson_BecomesOptions()
    {
        const string Sample =
            """{"Block":"Encoder","ModelDimension":64,"NumberOfHeads":4,"NumberOfLayers":2,"Pooling":"Max","PositionalEncoding":"Rotary","Training":{"Dropout":0.25,"LearningRate":0.001}}""";
        var settings = new JsonSerializerOptions { Converters = { new JsonStringEnumConverter() } };

        var expected = new MultiHeadAttentionOptions
        {
            Block = AttentionBlock.Encoder,
            ModelDimension = 64,
            NumberOfHeads = 4,
            NumberOfLayers = 2,
            Pooling = AttentionPooling.Max,
            PositionalEncoding = PositionalEncoding.Rotary,
            Training = new() { Dropout = 0.25, LearningRate = 0.001 },
        };
        Assert.AreEqual(expected, JsonSerializer.Deserialize<MultiHeadAttentionOptions>(Sample, settings));
    }

    static MultiHeadAttentionOptions With(MultiHeadAttentionOptions options, PropertyInfo option, object value)
    {
        var copy = options with { };
        option.SetValue(copy, value);
        return copy;
    }
}
