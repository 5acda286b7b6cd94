// A long series cut into windows: what comes next, and what was strange.
//
//   dotnet run -c Release --project examples/LongSeries                    on loads that it makes up
//   dotnet run -c Release --project examples/LongSeries -- FILE.csv        forecasts the numbers of a file: hours, one a line

using LongSeries;

try
{
    switch (args)
    {
        case []:
            Forecast.Run(HourlyLoad.Make(seed: 1));
            Anomalies.Run(seed: 2);
            return 0;
        case [var path]:
            Forecast.Run(HourlyLoad.Read(path));
            return 0;
        default:
            Console.Error.WriteLine($"Expected: [FILE.csv]. Found: {string.Join(' ', args)}");
            return 2;
    }
}
catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
