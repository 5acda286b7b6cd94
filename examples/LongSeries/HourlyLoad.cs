namespace LongSeries;

/// <summary>An hour of a series.</summary>
/// <param name="Load">What was measured.</param>
/// <param name="IsStrange">Whether something is wrong with it; known of series that are made up.</param>
sealed record Hour(float Load, bool IsStrange = false);

/// <summary>A series to learn from, and what comes after it.</summary>
sealed record HourlyLoad(string Name, IReadOnlyList<Hour> Past, IReadOnlyList<Hour> Future)
{
    /// <summary>A made-up load: days that rise and fall, weekends lower, the weather a walk that slowly returns, and noise.</summary>
    public static HourlyLoad Make(int seed, double strange = 0)
    {
        var random = new Random(seed);
        var weather = 0.0;
        var hours = new List<Hour>();
        for (var hour = 0; hour < 24 * 7 * 12; hour++)
        {
            var (ofDay, day) = (hour % 24, hour / 24 % 7);
            weather = 0.97 * weather + 0.1 * Normal();
            var shape = Math.Sin(2 * Math.PI * (ofDay - 7) / 24) + 0.5 * Math.Sin(4 * Math.PI * (ofDay - 3) / 24);
            var load = 10 + (day >= 5 ? 0.5 : 1) * 3 * shape + (day >= 5 ? -1.5 : 0) + weather + 0.15 * Normal();
            // What is strange is no peak: at that hour of that day it would be usual twelve hours later.
            var isStrange = random.NextDouble() < strange;
            if (isStrange)
                load = 20 - load;
            hours.Add(new((float)load, isStrange));
        }
        var cut = hours.Count * 3 / 4;
        return new($"A made-up load (seed {seed})", hours[..cut], hours[cut..]);

        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    }

    /// <summary>The numbers of a file, one a line, or the last of each line where commas divide it; three quarters are the past.</summary>
    /// <exception cref="InvalidDataException">A line has no number; the message names it.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static HourlyLoad Read(string path)
    {
        var hours = new List<Hour>();
        foreach (var (i, line) in File.ReadLines(path).Index())
        {
            var text = line.Split(',')[^1].Trim();
            if (float.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var load))
                hours.Add(new(load));
            else if (i > 0 && text.Length > 0)          // the first line may name the columns
                throw new InvalidDataException($"'{path}', line {i + 1}: expected a number, found '{text}'.");
        }
        if (hours.Count < 24 * 7 * 4)
            throw new InvalidDataException($"'{path}' has {hours.Count} numbers; needed are {24 * 7 * 4}, four weeks of hours.");
        var cut = hours.Count * 3 / 4;
        return new(Path.GetFileName(path), hours[..cut], hours[cut..]);
    }
}
