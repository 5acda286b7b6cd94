using Examples;

namespace EmbeddingColumns;

/// <summary>Prints the comparison.</summary>
static class Report
{
    static readonly Dictionary<Route, string> Names = new()
    {
        [Route.Concatenated] = "columns, concatenated -> LightGBM",
        [Route.Factorized] = "columns as fields -> factorization machine",
        [Route.Attended] = "attention across columns -> LightGBM",
        [Route.BothSameLines] = "both, from the same lines -> LightGBM",
        [Route.BothOutOfFold] = "both, out of fold -> LightGBM",
    };

    public static void Heading(int ledgers, int lines, int folds) =>
        Console.WriteLine($"{ledgers} made-up ledgers of {lines} lines, {folds} folds each; mean and standard error over the ledgers.");

    public static void Question(string question, IReadOnlyList<double[]> accuracies)
    {
        Console.WriteLine($"\n{question,-52}{"accuracy",16}{"minus concatenated",24}");
        foreach (var (route, name) in Names)
        {
            var differences = Each(line => line[(int)route] - line[(int)Route.Concatenated]);
            Console.WriteLine(
                $"  {name,-50}{Estimate.Of(Each(line => line[(int)route])),16}{(route == Route.Concatenated ? "" : Estimate.Of(differences).ToString()),24}");
            if (route != Route.Concatenated)
                Console.WriteLine("    each difference: "
                    + $"{string.Join(", ", differences.Select(d => FormattableString.Invariant($"{d:+0.000;-0.000;0.000}")))}");
        }

        double[] Each(Func<double[], double> figure) => [.. accuracies.Select(figure)];
    }
}
