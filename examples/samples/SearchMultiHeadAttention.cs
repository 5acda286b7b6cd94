// mlContext.Transforms.SearchMultiHeadAttention: which options fit? Tried by cross-validation, half of them given up early.
//
//   dotnet run examples/samples/SearchMultiHeadAttention.cs
#:project ../../Microsoft.ML.Attention
#:property PublishAot=false

using Microsoft.ML;
using Microsoft.ML.Attention;

// Five readings of two numbers: how certain a reading is, and what it read. The label is what the most certain one read.
var random = new Random(1);
var rows = Enumerable.Range(0, 200).Select(_ =>
{
    var readings = Enumerable.Range(0, 5).Select(_ => new[] { random.NextSingle(), random.NextSingle() - 0.5f }).ToArray();
    return new { Readings = readings.SelectMany(reading => reading).ToArray(), Good = readings.MaxBy(reading => reading[0])![1] > 0 };
}).ToList();

var mlContext = new MLContext(seed: 1);
var data = mlContext.Data.LoadFromEnumerable(rows);
var options = new MultiHeadAttentionOptions
{
    OutputColumnName = "Features", InputColumnNames = ["Readings"], LabelColumnName = "Good", EmbeddingDimension = 2,
    Training = new() { NumberOfEpochs = 9 },
};
var found = mlContext.Transforms.SearchMultiHeadAttention(data, options, new()
{
    NumberOfTrials = 3, Metric = AttentionSearchMetric.AreaUnderRocCurve, Space = new() { ModelDimension = [16, 32], NumberOfLayers = [1] },
});
using var model = found.BestTransformer;
Console.WriteLine($"{found.Trials.Count} trials, the best of them first: {found.Trials[0] == found.Best}");

// 3 trials, the best of them first: True
