using System.Text.Json;
using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests;

/// <summary>Model files that earlier versions saved still load, and mean the same. <c>Golden/README.md</c> says what is in them.</summary>
[TestClass]
public sealed class OldModelTests
{
    static readonly string Root = Path.Combine(AppContext.BaseDirectory, "Golden", "0.1.0");

    /// <summary>Float32 on another processor: sums of at most 16 products in another order, in three layers.</summary>
    static readonly Tolerance Rounding = new(5e-6, 5e-6);

    /// <summary>8 bits on another processor: a step of a token's scale, after a norm.</summary>
    static readonly Tolerance Int8Rounding = new(0.03, 0.03);

    readonly MLContext _ml = new(seed: 1);

    static IEnumerable<string> Cases => Directory.GetDirectories(Root).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    [TestMethod, DynamicData(nameof(Cases))]
    public void ModelOfVersion010_ScoresAsItDid(string name)
    {
        using var model = Load(name, out var rows);
        var options = model.Options;
        var tolerance = options.Runtime.Precision == AttentionPrecision.Int8 ? Int8Rounding : Rounding;

        var scored = model.Transform(rows);

        string[] outputs = [.. new[] { options.OutputColumnName, options.AttentionWeightsColumnName,
            options.AttentionRolloutColumnName }.OfType<string>()];
        foreach (var output in outputs)
        {
            Assert.AreEqual(rows.Schema[output].Type.ToString(), scored.Schema[output].Type.ToString(), output);
            foreach (var (then, now) in rows.GetColumn<float[]>(output).Zip(scored.GetColumn<float[]>(output)))
                tolerance.Check(output, then.Select(value => (double)value), now);
        }
        Assert.AreEqual(rows.Schema.Count + outputs.Length, scored.Schema.Count);
    }

    [TestMethod, DynamicData(nameof(Cases))]
    public void ModelOfVersion010_SavedAgain_IsTheSameStage(string name)
    {
        using var model = Load(name, out var rows);
        using var file = new MemoryStream();
        _ml.Model.Save(model, rows.Schema, file);
        file.Position = 0;

        using var again = (MultiHeadAttentionTransformer)_ml.Model.Load(file, out _);

        Assert.AreEqual(model.Options, again.Options);
        Assert.AreEqual(JsonSerializer.Serialize(model.Training), JsonSerializer.Serialize(again.Training));
        ParametersAssert.AreEqual(model.Parameters, again.Parameters);
    }

    [TestMethod, DynamicData(nameof(Cases))] // version 0.1.0 took the epochs that it was told, however few steps they are
    public void ModelOfVersion010_LearnsOnAsItDid(string name)
    {
        using var model = Load(name, out _);

        Assert.AreEqual(0, model.Options.Training.MinimumSteps);
        Assert.AreEqual(0, model.Options.Training.AverageDecay);
        Assert.AreEqual(new TrainingAugmentation(), model.Options.Training.Augmentation);
    }

    MultiHeadAttentionTransformer Load(string name, out IDataView rows)
    {
        rows = _ml.Data.LoadFromBinary(Path.Combine(Root, name, "rows.idv"));
        return (MultiHeadAttentionTransformer)_ml.Model.Load(Path.Combine(Root, name, "model.zip"), out _);
    }
}
