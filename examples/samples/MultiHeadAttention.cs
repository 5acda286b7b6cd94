// mlContext.Transforms.MultiHeadAttention: embeddings in context, and where each head looked. Nothing is learned here:
// the projections are given.
//
//   dotnet run examples/samples/MultiHeadAttention.cs
#:project ../../Microsoft.ML.Attention
#:property PublishAot=false

using Microsoft.ML;
using Microsoft.ML.Attention;
using Microsoft.ML.Data;

var mlContext = new MLContext(seed: 1);
var data = mlContext.Data.LoadFromEnumerable([new Row { Tokens = [1, 0, 0, 1, 4, 4] }]);    // three tokens of two numbers

// One head whose projections are the identity: a token looks at those that point its way.
float[] identity = [1, 0, 0, 1];
var pipeline = mlContext.Transforms.MultiHeadAttention(new MultiHeadAttentionOptions
{
    OutputColumnName = "Attended", InputColumnNames = ["Tokens"], NumberOfHeads = 1, AttentionWeightsColumnName = "Weights",
    Parameters = AttentionParameters.Create(
    [
        new("in_proj_weight", new AttentionTensor([6, 2], new float[][] { identity, identity, identity }.SelectMany(w => w).ToArray())),
        new("out_proj.weight", new AttentionTensor([2, 2], identity)),
    ]),
});
using var model = pipeline.Fit(data);
var attended = model.Transform(data);

foreach (var column in new[] { "Attended", "Weights" })
    Console.WriteLine(
        $"{column,-8} {string.Join(" ", attended.GetColumn<float[]>(column).Single().Select(value => FormattableString.Invariant($"{value:0.000}")))}");

sealed class Row
{
    [VectorType(3, 2)]
    public float[] Tokens { get; set; } = [];
}

// Attended 3.494 3.443 3.443 3.494 4.000 4.000
// Weights  0.102 0.050 0.848 0.050 0.102 0.848 0.000 0.000 1.000
