// mlContext.BinaryClassification.Trainers.MultiHeadAttention: from sets of items to yes or no, in one step.
//
//   dotnet run examples/samples/BinaryTrainer.cs
#:project ../../Microsoft.ML.Attention
#:property PublishAot=false

using Microsoft.ML;

// Sets of 3 to 8 items: how certain a reading is, and what it read. The label is whether the most certain one read above zero.
var random = new Random(1);
Row Make(int n)
{
    var readings = Enumerable.Range(0, random.Next(3, 9)).Select(_ => new[] { random.NextSingle(), random.NextSingle() - 0.5f }).ToArray();
    return new() { Features = readings.SelectMany(reading => reading).ToArray(), Label = readings.MaxBy(reading => reading[0])![1] > 0 };
}

var mlContext = new MLContext(seed: 1);
var train = mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 400).Select(Make).ToList());
var test = mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 100).Select(Make).ToList());

using var model = mlContext.BinaryClassification.Trainers.MultiHeadAttention(embeddingDimension: 2, modelDimension: 32).Fit(train);
var metrics = mlContext.BinaryClassification.Evaluate(model.Transform(test));

Console.WriteLine($"Accuracy above 0.85: {metrics.Accuracy > 0.85}");

sealed class Row
{
    public float[] Features { get; set; } = [];

    public bool Label { get; set; }
}

// Accuracy above 0.85: True
