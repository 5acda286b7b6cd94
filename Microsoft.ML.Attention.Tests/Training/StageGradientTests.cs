using Microsoft.ML.Attention.Graphs;
using Microsoft.ML.Attention.Model.Forward;
using Microsoft.ML.Attention.Model.Parameters;
using Microsoft.ML.Attention.Pipeline.Binding;
using Microsoft.ML.Attention.Tests.Support;

namespace Microsoft.ML.Attention.Tests.Training;

/// <summary>The gradient of whole stages that make their tokens of frames, and pool them, in each way there is.</summary>
[TestClass]
public sealed class StageGradientTests
{
    const double Step = 1e-6;

    // of central differences in double: the third derivative times the step squared, and rounding, 1e-16 / the step
    static readonly Tolerance Differences = new(1e-6, 1e-7);

    static readonly MultiHeadAttentionOptions Encoder = OptionChoices.Base with { Block = AttentionBlock.Encoder };

    static readonly Dictionary<string, MultiHeadAttentionOptions> Stages = new()
    {
        ["patches"] = Encoder with { PatchLength = 2 },
        ["overlapping patches"] = Encoder with { PatchLength = 3, PatchStride = 2, MaskColumnName = RowColumns.Mask },
        ["patches by the rows"] = Encoder with { MaximumPatches = 3, Pooling = AttentionPooling.Mean },
        ["a convolution"] = Encoder with { ConvolutionWidth = 3, MaskColumnName = RowColumns.Mask },
        ["a convolution of patches"] = Encoder with
        {
            ConvolutionWidth = 5,
            PatchLength = 2,
            PositionalEncoding = PositionalEncoding.Learned,
            Pooling = AttentionPooling.Class,
        },
        ["rows standardized"] = Encoder with { StandardizeRows = true, Pooling = AttentionPooling.Mean },
        ["mean and maximum"] = Encoder with { Pooling = AttentionPooling.MeanAndMax },
        ["flattened"] = Encoder with { Pooling = AttentionPooling.Flatten, MaximumLength = 6 },
    };

    static IEnumerable<string> Names => Stages.Keys;

    [TestMethod, DynamicData(nameof(Names))]
    public void Gradient_OfEachTensor_AgreesWithCentralDifferences(string name)
    {
        var drawn = new OptionCase(new MLContext(1), Stages[name]);
        var tensors = drawn.DrawParameters();
        var columns = BoundColumns.Bind(StageNames.Of(drawn.Meant), StageNames.Widths(drawn.Meant), drawn.View.Schema);
        var a = ArchitectureResolution.Resolve(drawn.Meant, columns,
            ParameterResolution.Canonical(tensors, AttentionBlock.Encoder, 1), TrainingObjective.None, () => 6);
        var graph = new Graph(ElementType.Double);
        var parameters = tensors.Names.ToDictionary(n => n, n => graph.Input(n, [.. tensors[n].Shape.Select(size => (Dim)size)]));
        var inputs = ScoringGraph.Inputs(a, graph,
            new(HasMask: drawn.Meant.MaskColumnName is not null, HasQueryMask: false, HasBias: false), ScoringNames.Internal(a));
        var output = new ForwardPass(graph, a, parameters, AttentionForm.Decomposed).Build(inputs, withAttentionWeights: false).Output;
        // not the sum alone, which norms leave as it is
        var loss = (output * graph.Input("weights", output.Shape[^1])).Sum(false);
        graph.Output("loss", loss);
        foreach (var (gradient, n) in Gradient.Of(loss, [.. parameters.Values]).Zip(parameters.Keys))
            graph.Output($"{n}.gradient", gradient);
        using var runner = new GraphRunner(graph);
        var random = new Random(5);
        var values = graph.Inputs.ToDictionary(input => input.Name, input => Values(input.Name));

        var gradients = Run()[1..];

        foreach (var (n, gradient) in parameters.Keys.Zip(gradients))
        {
            var (given, numbers) = ((double[])values[n], gradient.As<double>());
            double[] direction = [.. given.Select(_ => 2 * random.NextDouble() - 1)];
            double At(double step)
            {
                values[n] = given.Zip(direction, (x, d) => x + step * d).ToArray();
                return Run()[0].As<double>()[0];
            }
            var difference = (At(Step) - At(-Step)) / (2 * Step);
            values[n] = given;
            var along = 0.0;
            for (var i = 0; i < direction.Length; i++)
                along += numbers[i] * direction[i];
            Differences.Check($"{name}, {n}", [difference], new[] { along });
            Assert.AreNotEqual(0, along, $"{n} has no gradient");
        }

        GraphRunner.Result[] Run() => runner.Run([.. values.Select(value => (value.Key, value.Value))]);

        Array Values(string input)
        {
            var rows = drawn.Rows.Where(row => row.QueryLength == 6).ToArray();
            if (input == "weights")
                return Enumerable.Range(0, (int)output.Shape[^1].Size).Select(_ => 2 * random.NextDouble() - 1).ToArray();
            if (tensors.Find(input) is { } tensor)
                return tensor.Values.ToArray().Select(value => (double)value).ToArray();
            if (input == "mask")
            {
                var mask = new bool[rows.Length, 6];
                for (var row = 0; row < rows.Length; row++)
                    for (var t = 0; t < 6; t++)
                        mask[row, t] = rows[row].Mask![t];
                return mask;
            }
            var tokens = new double[rows.Length, 6, OptionCase.Width];
            for (var row = 0; row < rows.Length; row++)
                for (var t = 0; t < 6; t++)
                    for (var e = 0; e < OptionCase.Width; e++)
                        tokens[row, t, e] = rows[row].Tokens[t][e];
            return tokens;
        }
    }
}
