using Microsoft.ML.Attention.Graphs;
using Microsoft.ML.Attention.Model.Forward;
using Microsoft.ML.Attention.Tests.Model;
using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests;

/// <summary>Every option, and every two options that can meet, mean the same however the stage is run.</summary>
[TestClass]
public sealed class OptionPairsTests
{
    // float32 against double, through two layers: some hundred roundings of 6e-8 on numbers of the size of 1
    static readonly Tolerance Rounding = new(1e-5, 1e-5);

    // two orders of the same float32 sums
    static readonly Tolerance Reordering = new(2e-6, 2e-6);

    static IEnumerable<int> Choices => Enumerable.Range(0, OptionChoices.All.Count);

    [TestMethod]
    public void EveryOption_HasValuesToTry()
    {
        var tried = OptionChoices.All.Select(choice => choice.Option).ToHashSet();
        // in every case
        tried.UnionWith([nameof(MultiHeadAttentionOptions.AttentionWeightsColumnName), nameof(MultiHeadAttentionOptions.Parameters)]);

        tried.UnionWith(OptionChoices.Apart);

        foreach (var property in typeof(MultiHeadAttentionOptions).GetProperties())
            Assert.Contains(property.Name, tried,
                $"Add values of {property.Name} to the table in OptionChoices.cs, so that it is tried with every other option.");
    }

    [TestMethod]
    public void EveryContradiction_IsMetByAPair()
    {
        var combinations = OptionChoices.All.SelectMany(first => OptionChoices.All, OptionChoice.Combine).ToList();

        foreach (var contradiction in Contradiction.All)
            Assert.Contains(contradiction.Holds, combinations, $"No two options are {contradiction.First} and {contradiction.Second}.");
    }

    [TestMethod, DynamicData(nameof(Choices))]
    public void Option_WithEveryLaterOne_IsTheOracleHoweverItRuns(int choice)
    {
        var first = OptionChoices.All[choice];
        var context = new MLContext(1);
        var failures = new List<string>();
        // with itself: alone
        foreach (var second in OptionChoices.All.Skip(choice).Where(second => second == first || second.Option != first.Option))
            try
            {
                Check(context, OptionChoice.Combine(first, second));
            }
            catch (Exception e)
            {
                failures.Add($"{first} and {second}: {e}");
            }
        Assert.IsEmpty(failures, string.Join("\n", failures));
    }

    static void Check(MLContext context, MultiHeadAttentionOptions options)
    {
        if (Contradiction.All.FirstOrDefault(contradiction => contradiction.Holds(options)) is { } contradiction)
        {
            CheckRefusal(context, options, contradiction);
            return;
        }
        var drawn = new OptionCase(context, options);
        var (rows, view, meant) = (drawn.Rows, drawn.View, drawn.Meant);
        var parameters = options.Training.Objective == TrainingObjective.None ? drawn.DrawParameters() : Learned(context, options, view);

        var scored = options with
        {
            Parameters = parameters,
            LabelColumnName = null,
            PairColumnNames = null,
            Training = OptionChoices.Base.Training,
            AttentionWeightsColumnName = RowColumns.Weights
        };
        using var transformer = context.Transforms.MultiHeadAttention(scored).Fit(view);
        var (outputs, weights, rollouts) = Read(transformer.Transform(view), scored);
        foreach (var (n, row) in rows.Index())
        {
            var expected = Reference.Row(meant, parameters, row);
            Rounding.Check($"output of row {n}", expected.Output.SelectMany(token => token), outputs[n]);
            Rounding.Check($"attention weights of row {n}", LayersOf(expected.Weights, options), weights[n]);
            if (options.AttentionRolloutColumnName is not null)
                Rounding.Check($"rollout of row {n}", expected.Rollout.SelectMany(token => token), rollouts[n]);
        }
        var predictions = Predictions(transformer.Transform(view), scored);
        foreach (var (name, values) in predictions)
            Rounding.Check(name, rows.Select(row =>
                Predicted(name, new ReferenceParameters(parameters).Affine("classifier")
                    .Apply(Reference.Row(meant, parameters, row).Vector)[0])), values);

        using var loaded = SavedAndLoaded(context, scored with { AttentionWeightsColumnName = null }, view);
        using var alone = loaded.WithRuntime(new() { BatchSize = 1, IntraOpThreads = 1 });
        var plain = Read(alone.Transform(view), alone.Options).Outputs;
        foreach (var n in rows.Index().Select(row => row.Index))
            Reordering.Check($"output of row {n}, saved, loaded, alone and without the weights",
                outputs[n].Select(value => (double)value), plain[n]);

        foreach (var (name, values) in Predictions(alone.Transform(view), alone.Options))
            Reordering.Check($"{name}, saved, loaded and alone", predictions[name].Select(value => (double)value), values);

        using var folder = new TemporaryFolder();
        transformer.SaveOnnx(folder["exported.onnx"]);
        ReferenceRow[] cut = [.. rows.Select(row => Reference.Cut(meant, row))];
        CheckModel(File.ReadAllBytes(folder["exported.onnx"]), scored, cut, outputs, weights, rollouts, predictions, "exported");
        CheckModel(OnnxModel.Serialize(transformer.Export(AttentionForm.Decomposed)), scored, cut, outputs, weights, rollouts, predictions,
            "decomposed");
    }

    static void CheckRefusal(MLContext context, MultiHeadAttentionOptions options, Contradiction contradiction)
    {
        var hasIds = options.InputColumnNames[0] == RowColumns.Ids;
        ReferenceRow row = new()
        {
            Tokens = hasIds ? [] : [.. Enumerable.Repeat(new double[OptionCase.Width], 6)],
            Ids = hasIds ? [1, 2, 3, 4, 5, 6] : null,
            Keys = [new double[OptionCase.Width], new double[OptionCase.Width]],
            KeyIds = [1, 2]
        };
        var view = contradiction.NeedsColumns
            ? new[] { row, row }.ToDataView(context, options, numberOfIds: hasIds ? OptionChoices.Ids : 0, labels: new float[] { 0, 1 })
            : null;

        var error = Assert.Throws<ArgumentException>(() =>
            context.Transforms.MultiHeadAttention(options) is var estimator && view is not null ? estimator.Fit(view) : null);

        Assert.Contains(contradiction.First, error.Message);
        Assert.Contains(contradiction.Second, error.Message);
    }

    static AttentionParameters Learned(MLContext context, MultiHeadAttentionOptions options, IDataView view)
    {
        using var transformer = context.Transforms.MultiHeadAttention(options).Fit(view);
        return transformer.Parameters;
    }

    static MultiHeadAttentionTransformer SavedAndLoaded(MLContext context, MultiHeadAttentionOptions options, IDataView view)
    {
        using var transformer = context.Transforms.MultiHeadAttention(options).Fit(view);
        using var file = new MemoryStream();
        context.Model.Save(transformer, view.Schema, file);
        file.Position = 0;
        return (MultiHeadAttentionTransformer)context.Model.Load(file, out _);
    }

    /// <summary>Rows of one length go through the model together.</summary>
    static void CheckModel(byte[] model, MultiHeadAttentionOptions options, ReferenceRow[] rows, float[][] outputs, float[][] weights,
        float[][] rollouts, Dictionary<string, float[]> predictions, string what)
    {
        using var runner = new OnnxRows(model);
        var outputName = options.InputColumnNames.Contains(options.OutputColumnName)
            ? $"{options.OutputColumnName}.output"
            : options.OutputColumnName;
        foreach (var group in rows.Index()
            .GroupBy(row => (row.Item.QueryLength, row.Item.KeyLength, row.Item.Columns?.Count(column => column == 1))))
        {
            var results = runner.Run([.. group.Select(row => row.Item)]);
            Reordering.Check($"{what}, output", group.SelectMany(row => outputs[row.Index]).Select(value => (double)value),
                results[outputName]);
            Reordering.Check($"{what}, attention weights", group.SelectMany(row => weights[row.Index]).Select(value => (double)value),
                results[RowColumns.Weights]);
            if (options.AttentionRolloutColumnName is { } rollout)
                Reordering.Check($"{what}, rollout", group.SelectMany(row => rollouts[row.Index]).Select(value => (double)value),
                    results[rollout]);
            foreach (var (name, values) in predictions)
                Reordering.Check($"{what}, {name}", group.Select(row => (double)values[row.Index]), results[name]);
        }
    }

    /// <summary>A column of predictions, from the logit of true or the number that it is.</summary>
    static double Predicted(string name, double logit) => name switch
    {
        RowColumns.PredictedLabel => logit > 0 ? 1 : 0,
        RowColumns.Probability => 1 / (1 + Math.Exp(-logit)),
        _ => logit,
    };

    /// <summary>The columns of predictions, a number for each row.</summary>
    static Dictionary<string, float[]> Predictions(IDataView view, MultiHeadAttentionOptions options) =>
        new[] { options.PredictedLabelColumnName, options.ScoreColumnName, options.ProbabilityColumnName }.OfType<string>()
            .ToDictionary(name => name, name =>
            view.Schema[name].Type is BooleanDataViewType
                ? [.. view.GetColumn<bool>(name).Select(flag => flag ? 1f : 0f)]
                : view.GetColumn<float>(name).ToArray());

    static (float[][] Outputs, float[][] Weights, float[][] Rollouts) Read(IDataView view, MultiHeadAttentionOptions options)
    {
        return (Column(options.OutputColumnName), Column(options.AttentionWeightsColumnName), Column(options.AttentionRolloutColumnName));

        float[][] Column(string? name) => name is null ? [] : [.. view.GetColumn<float[]>(name)];
    }

    /// <summary>Those of the layers that the options ask for.</summary>
    static IEnumerable<double> LayersOf(double[,,,] weights, MultiHeadAttentionOptions options)
    {
        var all = weights.Cast<double>();
        return options.AttentionWeightsLayers == AttentionWeightsLayers.All
            ? all
            : all.Skip(weights.Length - weights.Length / weights.GetLength(0));
    }
}
