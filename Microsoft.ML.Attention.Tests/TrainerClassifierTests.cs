using Microsoft.ML.Attention.Tests.Model;
using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Microsoft.ML.Attention.Tests;

/// <summary>The classifier, part of the parameters, through all that is done to a stage: for each kind of label.</summary>
[TestClass]
public sealed class TrainerClassifierTests
{
    const int Width = 8;

    // two orders of the same float32 sums
    static readonly Tolerance Reordering = new(2e-6, 2e-6);

    // float32 against double, through one layer
    static readonly Tolerance Rounding = new(1e-5, 1e-5);

    readonly MLContext _ml = new(seed: 1);

    static IEnumerable<string> Labels => TrainerTask.All.Select(task => task.Label);

    [TestMethod, DynamicData(nameof(Labels))]
    public void Pruned_ItPredictsAsWithTheHeadSilenced(string label)
    {
        using var model = Fit(label);
        using var silenced = model.Silence([(0, 1)]);
        using var pruned = model.Prune([(0, 1)]);

        Assert.AreSame(model.Parameters["classifier.weight"], pruned.Parameters["classifier.weight"]);
        Reordering.Check("score", Scores(silenced).Select(score => (double)score), Scores(pruned));
        Assert.AreNotEqual(Scores(model)[0], Scores(pruned)[0], 1e-4f);
        if (Predicted(model) is { } predicted)
            Assert.AreSequenceEqual(Predicted(silenced)!, Predicted(pruned)!);
    }

    [TestMethod, DynamicData(nameof(Labels))]
    public void InInt8_ItPredictsAlmostTheSame(string label)
    {
        using var model = Fit(label);
        using var int8 = model.WithRuntime(new() { Precision = AttentionPrecision.Int8 });
        var (exact, rounded) = (Scores(model), Scores(int8));

        Assert.IsLessThan(0.05f * (exact.Max() - exact.Min()), exact.Zip(rounded, (x, y) => Math.Abs(x - y)).Max());
        Assert.IsGreaterThan(0, exact.Zip(rounded, (x, y) => Math.Abs(x - y)).Max());
        if (Predicted(model) is { } predicted)
            Assert.IsGreaterThan(0.95, predicted.Zip(Predicted(int8)!, (x, y) => x == y ? 1.0 : 0).Average());
    }

    /// <summary>A class is exported counted from 0.</summary>
    [TestMethod, DynamicData(nameof(Labels))]
    public void Exported_ItIsFurtherOutputs(string label)
    {
        using var model = Fit(label);
        using var folder = new TemporaryFolder();
        model.SaveOnnx(folder["trainer.onnx"]);
        var rows = TaskRow.Rows(20, seed: 2);
        var tokens = new DenseTensor<float>(rows.SelectMany(row => row.Tokens).ToArray(), [rows.Length, TaskRow.Length, TaskRow.Width]);

        using var session = new InferenceSession(folder["trainer.onnx"]);
        using var outputs = session.Run([NamedOnnxValue.CreateFromTensor(nameof(TaskRow.Tokens), tokens)]);

        var written = model.Transform(View).Schema.Skip(View.Schema.Count).Select(column => column.Name);
        Assert.AreSequenceEqual(written.Order(), outputs.Select(output => output.Name).Order());
        var scores = outputs.Single(output => output.Name == "Score").AsEnumerable<float>();
        Reordering.Check("score", Scores(model).Select(score => (double)score), scores);
        if (Predicted(model) is not { } predicted)
            return;
        var exported = outputs.Single(output => output.Name == "PredictedLabel");
        Assert.AreSequenceEqual(predicted, exported.Value is Tensor<bool> flags ? flags.Select(flag => flag ? 1L : 0)
            : exported.AsEnumerable<long>().Select(key => key + 1));
    }

    /// <summary>As the decoders of Hugging Face call it, without a bias: read, and learned on from where it is.</summary>
    [TestMethod, DynamicData(nameof(Labels))]
    public void OfACheckpoint_CalledScore_ItIsTheClassifier(string label)
    {
        using var model = Fit(label);
        var bias = model.Parameters["classifier.bias"];
        var zero = new AttentionTensor(bias.Shape, new float[bias.Values.Length]);
        using var named = LearnOn(label, model.Parameters.All.Where(t => t.Key != "classifier.bias").Append(new("classifier.bias", zero)));
        using var score = LearnOn(label, model.Parameters.All.Where(t => t.Key != "classifier.bias")
            .Select(t => t.Key == "classifier.weight" ? new("score.weight", t.Value) : t));

        Rounding.Check("score", Scores(named).Select(s => (double)s), Scores(score));
        CollectionAssert.Contains(score.Parameters.Names.ToArray(), "classifier.weight");
    }

    /// <summary>As DistilBERT's: a dense layer and ReLU before it, computed here once more in plain loops from what comes before.</summary>
    [TestMethod, DynamicData(nameof(Labels))]
    public void WithADenseLayerBeforeIt_ItReadsWhatThatMakesOfTheRowOrToken(string label)
    {
        using var model = Fit(label);
        float[] dense = [.. Enumerable.Range(0, Width * Width).Select(i => MathF.Sin(i))];
        float[] bias = [.. Enumerable.Range(0, Width).Select(i => 0.1f * i)];
        using var given = LearnOn(label, model.Parameters.All.Concat(
            [new("pre_classifier.weight", new([Width, Width], dense)), new("pre_classifier.bias", new([Width], bias))]));
        var weights = given.Parameters["classifier.weight"].Values.ToArray();
        var biases = given.Parameters["classifier.bias"].Values.ToArray();

        var vectors = given.Transform(View).GetColumn<float[]>("Vector").SelectMany(row => row.Chunk(Width));
        var expected = vectors.SelectMany(vector =>
        {
            double[] hidden = [.. bias.Select((b, i) => Math.Max(0, b + Dot(dense, i, [.. vector.Select(x => (double)x)])))];
            double[] read = [.. biases.Select((b, c) => b + Dot(weights, c, hidden))];
            return read.Length == 1 ? read : read.Select(r => Math.Exp(r) / read.Sum(Math.Exp));
        });
        Rounding.Check("score", expected, Scores(given));
        var task = TrainerTask.Of(label);
        using var further = task.Trainer(_ml, task.Brief with { Parameters = given.Parameters }).Fit(View);
        Assert.AreNotEqual(dense[9], further.Parameters["pre_classifier.weight"].Values.Span[9]);

        static double Dot(float[] matrix, int row, double[] vector) => vector.Select((x, i) => matrix[row * Width + i] * x).Sum();
    }

    IDataView View => TaskRow.View(_ml, TaskRow.Rows(20, seed: 2));

    MultiHeadAttentionTransformer Fit(string label) =>
        TrainerTask.Of(label).Trainer(_ml, TrainerTask.Of(label).Options).Fit(TaskRow.View(_ml, TaskRow.Rows(40)));

    /// <summary>From these tensors on, by steps that are too small to be seen.</summary>
    MultiHeadAttentionTransformer LearnOn(string label, IEnumerable<KeyValuePair<string, AttentionTensor>> tensors)
    {
        var brief = TrainerTask.Of(label).Brief;
        return TrainerTask.Of(label).Trainer(_ml, brief with
        {
            OutputColumnName = "Vector",
            Parameters = AttentionParameters.Create(tensors),
            StandardizeInputs = true,
            Training = brief.Training with { LearningRate = 1e-12 },
        }).Fit(View);
    }

    float[] Scores(MultiHeadAttentionTransformer model)
    {
        var view = model.Transform(View);
        return view.Schema["Score"].Type is VectorDataViewType ? [.. view.GetColumn<float[]>("Score").SelectMany(row => row)]
            : [.. view.GetColumn<float>("Score")];
    }

    /// <summary>The labels as numbers, a class counted from 1; null of numbers.</summary>
    long[]? Predicted(MultiHeadAttentionTransformer model)
    {
        var view = model.Transform(View);
        return view.Schema.GetColumnOrNull("PredictedLabel")?.Type switch
        {
            null => null,
            KeyDataViewType => [.. view.GetColumn<uint>("PredictedLabel").Select(key => (long)key)],
            BooleanDataViewType => [.. view.GetColumn<bool>("PredictedLabel").Select(flag => flag ? 1L : 0)],
            VectorDataViewType { ItemType: KeyDataViewType } =>
                [.. view.GetColumn<uint[]>("PredictedLabel").SelectMany(row => row).Select(key => (long)key)],
            _ => [.. view.GetColumn<bool[]>("PredictedLabel").SelectMany(row => row).Select(flag => flag ? 1L : 0)],
        };
    }
}
