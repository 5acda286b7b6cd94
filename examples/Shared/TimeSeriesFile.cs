using System.Globalization;

namespace Examples;

/// <summary>A file of the UEA and UCR archive's format (.ts): labelled series of several channels, of any lengths.</summary>
/// <remarks>
/// Lines of <c># comment</c> and <c>@name value</c>, then <c>@data</c>, then one series a line: channels separated by colons, their values
/// by commas, the label last. A value of <c>?</c> is missing and becomes NaN. See timeseriesclassification.com;
/// series with time stamps are not read.
/// </remarks>
sealed class TimeSeriesFile
{
    readonly string _path;
    readonly List<Utterance> _utterances = [];
    int _line;

    TimeSeriesFile(string path) => (_path, ProblemName) = (path, Path.GetFileNameWithoutExtension(path));

    public string ProblemName { get; private set; }
    public int Channels { get; private set; }
    public IReadOnlyList<Utterance> Utterances => _utterances;

    /// <exception cref="InvalidDataException">The file is not of the format; the message names the line.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static TimeSeriesFile Read(string path)
    {
        var file = new TimeSeriesFile(path);
        file.Read(File.ReadLines(path));
        return file;
    }

    void Read(IEnumerable<string> lines)
    {
        var inData = false;
        foreach (var line in lines.Select(line => line.Trim()))
        {
            _line++;
            if (line.Length == 0 || line[0] == '#')
                continue;
            if (inData)
                _utterances.Add(Series(line));
            else
                inData = IsDataAfter(line);
        }
        if (!inData)
            throw Error("it ended without a line '@data'");
        if (_utterances.Count == 0)
            throw Error("it ended without a series after '@data'");
    }

    bool IsDataAfter(string header)
    {
        var (name, value) = header.Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries) is [var first, var rest]
            ? (first, rest.Trim())
            : (header, "");
        switch (name.ToLowerInvariant())
        {
            case "@data":
                return true;
            case "@problemname":
                ProblemName = value;
                break;
            case "@timestamps" when IsTrue(value):
                throw Error("its series have time stamps; only series without them are read");
            case "@classlabel" when !IsTrue(value.Split(' ')[0]):
                throw Error("its series have no class labels; they are what is to be recognized");
            case var other when other[0] != '@':
                throw Error($"expected '# comment', '@name value' or '@data' before the data, found '{Start(header)}'");
        }
        return false;

        static bool IsTrue(string text) => text.Equals("true", StringComparison.OrdinalIgnoreCase);
    }

    Utterance Series(string line)
    {
        var fields = line.Split(':');
        if (fields.Length < 2)
            throw Error($"expected channels and a label with colons between them, found '{Start(line)}'");
        var channels = fields[..^1].Select(Values).ToArray();
        Channels = Channels == 0 ? channels.Length : Channels;
        if (channels.Length != Channels)
            throw Error($"found {channels.Length} channels, but the series before had {Channels}");
        if (Array.Find(channels, c => c.Length != channels[0].Length) is { } odd)
            throw Error($"the channels of a series must be of one length, found {channels[0].Length} and {odd.Length} values");
        var frames = Enumerable.Range(0, channels[0].Length).SelectMany(frame => channels.Select(channel => channel[frame]));
        return new(fields[^1].Trim(), [.. frames]);
    }

    float[] Values(string channel, int index) => [.. channel.Split(',').Select(text => Value(text.Trim(), index))];

    float Value(string text, int channel) => text == "?" ? float.NaN
        : float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value
        : throw Error($"expected a number in channel {channel + 1}, found '{Start(text)}'");

    static string Start(string text) => text.Length <= 20 ? text : $"{text[..20]}...";

    InvalidDataException Error(string what) => new($"'{_path}', line {_line}: {what}.");
}
