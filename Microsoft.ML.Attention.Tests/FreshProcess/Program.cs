// Loads a model, applies it to rows in ML.NET's binary format and prints a vector column, one row a line:
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
    foreach (var row in model.Transform(context.Data.LoadFromBinary(args[1])).GetColumn<float[]>(args[2]))
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
