// mlContext.MulticlassClassification.Trainers.MultiHeadAttention: from sequences to a class, in one step.
//
//   dotnet run examples/samples/MulticlassTrainer.cs
#:project ../../Microsoft.ML.Attention
#:property PublishAot=false

using Microsoft.ML;

// Sequences of 4 to 8 readings of two numbers, flat: the label is the order in which a high reading and a low one come.
var random = new Random(1);
Row Make(int n)
{
    var length = random.Next(4, 9);
    var readings = Enumerable.Range(0, 2 * length).Select(_ => random.NextSingle() / 4).ToArray();
    var (first, second) = (random.Next(length / 2), random.Next(length / 2, length));
    readings[2 * first + n % 2] = 1;
    readings[2 * second + 1 - n % 2] = 1;
    return new() { Features = readings, Label = n % 2 == 0 ? "high first" : "low first" };
}

var mlContext = new MLContext(seed: 1);
var train = mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 200).Select(Make).ToList());
var test = mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 100).Select(Make).ToList());

var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
    .Append(mlContext.MulticlassClassification.Trainers.MultiHeadAttention(embeddingDimension: 2, modelDimension: 16))
    .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
using var model = pipeline.Fit(train);
var scored = model.Transform(test);

Console.WriteLine(
    FormattableString.Invariant($"Accuracy above 0.9: {mlContext.MulticlassClassification.Evaluate(scored).MicroAccuracy > 0.9}"));
foreach (var row in mlContext.Data.CreateEnumerable<Prediction>(scored, reuseRowObject: false).Take(3))
    Console.WriteLine($"{row.PredictedLabel,-12} {row.Score.Length} probabilities that add up to {row.Score.Sum():0.##}");

sealed class Row
{
    public float[] Features { get; set; } = [];

    public string Label { get; set; } = "";
}

sealed class Prediction
{
    public string PredictedLabel { get; set; } = "";

    public float[] Score { get; set; } = [];
}

// Accuracy above 0.9: True
// high first   2 probabilities that add up to 1
// low first    2 probabilities that add up to 1
// high first   2 probabilities that add up to 1
