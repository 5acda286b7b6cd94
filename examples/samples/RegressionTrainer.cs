// mlContext.Regression.Trainers.MultiHeadAttention: from sets of items to a number, in one step.
//
//   dotnet run examples/samples/RegressionTrainer.cs
#:project ../../Microsoft.ML.Attention
#:property PublishAot=false

using Microsoft.ML;

// Sets of 3 to 8 items: how certain a reading is, and what it read. The label is what the most certain one read.
var random = new Random(1);
Row Make(int n)
{
    var readings = Enumerable.Range(0, random.Next(3, 9)).Select(_ => new[] { random.NextSingle(), random.NextSingle() - 0.5f }).ToArray();
    return new() { Features = readings.SelectMany(reading => reading).ToArray(), Label = readings.MaxBy(reading => reading[0])![1] };
}

var mlContext = new MLContext(seed: 1);
var train = mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 400).Select(Make).ToList());
var test = mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 100).Select(Make).ToList());

using var model = mlContext.Regression.Trainers.MultiHeadAttention(embeddingDimension: 2, modelDimension: 32).Fit(train);
var metrics = mlContext.Regression.Evaluate(model.Transform(test));

Console.WriteLine($"R squared above 0.7: {metrics.RSquared > 0.7}");

sealed class Row
{
    public float[] Features { get; set; } = [];

    public float Label { get; set; }
}

// R squared above 0.7: True
