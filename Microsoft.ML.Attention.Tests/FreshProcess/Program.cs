// Loads a model, applies it to rows in ML.NET's binary format and prints a column of numbers, one row a line:
//     FreshProcess MODEL ROWS COLUMN [null]
// and with the last word goes on as a program may: it catches the exception of a null.
// Only ML.NET is used: nothing here loads or registers the library.

using System.Globalization;
using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;

try
{
    var context = new MLContext();
    var model = context.Model.Load(args[0], out _);
    var result = model.Transform(context.Data.LoadFromBinary(args[1]));
    var rows = result.Schema[args[2]].Type is VectorDataViewType ? result.GetColumn<float[]>(args[2])
        : result.GetColumn<float>(args[2]).Select(number => new[] { number });
    foreach (var row in rows)
        Console.WriteLine(string.Join(' ', row.Select(value => value.ToString("R", CultureInfo.InvariantCulture))));
    if (args is [_, _, _, "null"])
    {
        try
        {
            Console.WriteLine(((string)null!).Length);
        }
        catch (NullReferenceException)
        {
            Console.WriteLine("caught");
        }
    }
    return 0;
}
catch (Exception e)
{
    var cause = e is TargetInvocationException ? e.InnerException! : e;   // ML.NET calls loaders by reflection
    Console.Error.WriteLine($"{cause.GetType()}: {cause.Message}");
    return 1;
}
