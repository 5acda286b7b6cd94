// mlContext.Data.Windows: overlapping windows over a long series, with the next value of each of their moments.
//
//   dotnet run examples/samples/Windows.cs
#:project ../../Microsoft.ML.Attention
#:property PublishAot=false

using Microsoft.ML;
using Microsoft.ML.Data;

var mlContext = new MLContext(seed: 1);
var series = mlContext.Data.LoadFromEnumerable(Enumerable.Range(1, 6).Select(hour => new Moment { Load = hour * 10 }));

var windows = mlContext.Data.Windows(series, outputColumnName: "Loads", inputColumnName: "Load", windowLength: 4);

foreach (var (loads, next) in windows.GetColumn<float[]>("Loads").Zip(windows.GetColumn<float[]>("Label")))
    Console.WriteLine($"{string.Join(" ", loads)}   next: {string.Join(" ", next)}");

sealed class Moment
{
    public float Load { get; set; }
}

// 10 20 30 40   next: 20 30 40 50
// 20 30 40 50   next: 30 40 50 60
// 30 40 50 60   next: 40 50 60 NaN
