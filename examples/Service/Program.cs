// A model behind HTTP, on ASP.NET Core alone. Change Sequence, Answer and Limits to your model's columns, and this is a service of yours.
//
//   dotnet run --project examples/Service -c Release -- model.zip --urls http://127.0.0.1:5080     serves the file (one is made where there
//   is none), and again whenever it changes dotnet run --project examples/Service -c Release -- compare
//   measures it against a pool of prediction engines, on loopback
//
//   curl -s 127.0.0.1:5080/score -H 'Content-Type: application/json' -d '{"rows":[{"readings":[0.1,0.2, ...]}]}'
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Attention;
using Microsoft.ML.Data;
using Service;

if (args is ["compare", ..])
    return await Comparison.Run(args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 5);
var path = args is [var given, ..] && !given.StartsWith("--", StringComparison.Ordinal)
    ? given
    : Path.Combine(Path.GetTempPath(), "attention-service.zip");
if (!File.Exists(path))
    MadeUpModel.Save(path);
await using var app = Api.Build(new() { ModelPath = path }, args);
await app.RunAsync();
return 0;

namespace Service
{
    /// <summary>A row of a request: the model's input columns. Readings of 12 channels, frame after frame.</summary>
    sealed record Sequence
    {
        public const int Channels = 12;

        public float[]? Readings { get; init; }
    }

    sealed record Request(Sequence[]? Rows);

    /// <summary>A row of an answer.</summary>
    sealed record Answer(string Label, float[] Score);

    sealed record Response(string Model, Answer[] Rows);

    /// <summary>The model's columns, as ML.NET reads and writes them.</summary>
    sealed class InputRow
    {
        public float[] Readings { get; set; } = [];
    }

    sealed class OutputRow
    {
        public string Word { get; set; } = "";

        public float[] Score { get; set; } = [];
    }

    sealed record Settings
    {
        public required string ModelPath { get; init; }

        public long BodyBytes { get; init; } = 4 << 20;

        public int RowsPerRequest { get; init; } = 256;

        public int TokensPerRow { get; init; } = 512;

        /// <summary>Requests that wait at most; one more is told to come again.</summary>
        public int Queue { get; init; } = 1024;

        /// <summary>Rows scored together at most: a cursor's window.</summary>
        public int Window { get; init; } = 256;

        /// <summary>How long a request waits for others, where others came before. While a window is scored,
        /// the next one gathers by itself.</summary>
        public TimeSpan Gather { get; init; } = TimeSpan.FromMilliseconds(1);

        public TimeSpan LookForChanges { get; init; } = TimeSpan.FromSeconds(1);

        /// <summary>For the comparison: prediction engines instead of windows.</summary>
        public bool IsPool { get; init; }
    }

    static class Api
    {
        public static WebApplication Build(Settings settings, string[] args)
        {
            var builder = WebApplication.CreateSlimBuilder(args);
            builder.Logging.SetMinimumLevel(LogLevel.Warning);
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = settings.BodyBytes);
            builder.Services.AddProblemDetails();
            // so that JSON that is none is told like the rest
            builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
            builder.Services.AddSingleton(settings);
            builder.Services.AddSingleton<ServedModel>();
            if (settings.IsPool)
                builder.Services.AddSingleton<IScorer, EnginePool>();
            else
            {
                builder.Services.AddSingleton<Windows>();
                builder.Services.AddSingleton<IScorer>(services => services.GetRequiredService<Windows>());
                builder.Services.AddHostedService(services => services.GetRequiredService<Windows>());
            }
            builder.Services.AddSingleton<MetricsPage>();
            builder.Services.ConfigureHttpJsonOptions(json =>
                json.SerializerOptions.NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals);
            var app = builder.Build();
            app.Services.GetRequiredService<MetricsPage>();
            // What a caller is told of an error: its status and one sentence, never a stack.
            app.UseExceptionHandler(handler =>
                handler.Run(context => Refusal(context.Features.Get<IExceptionHandlerFeature>()?.Error).ExecuteAsync(context)));
            app.UseStatusCodePages();
            app.MapPost("/score", Score);
            app.MapGet("/health", (ServedModel model) =>
                Results.Ok(new { status = "ready", model = model.Hash, loaded = model.Loaded, reloadFailure = model.Failure }));
            app.MapGet("/metrics", (MetricsPage metrics) => Results.Text(metrics.Write(), "text/plain; version=0.0.4"));
            return app;
        }

        static async Task<IResult> Score(Request request, IScorer scorer, Settings settings, CancellationToken cancellationToken)
        {
            if (Problem(request, settings) is { } problem)
                return Results.Problem(problem, statusCode: StatusCodes.Status400BadRequest);
            return await scorer.Score([.. request.Rows!.Select(row => new InputRow { Readings = row.Readings! })],
                cancellationToken) is { } response
                ? Results.Ok(response)
                : Busy();
        }

        /// <summary>What is wrong with a request, by the row's number and the field's name; null when nothing is.</summary>
        static string? Problem(Request request, Settings settings)
        {
            if (request.Rows is not { Length: > 0 } rows)
                return "rows is missing or empty: it must have at least one row.";
            if (rows.Length > settings.RowsPerRequest)
                return $"rows has {rows.Length} rows; a request has at most {settings.RowsPerRequest}.";
            for (var row = 0; row < rows.Length; row++)
            {
                if (rows[row]?.Readings is not { } readings)
                    return $"rows[{row}].readings is missing.";
                if (readings.Length == 0 || readings.Length % Sequence.Channels != 0)
                    return $"rows[{row}].readings has {readings.Length} numbers; it must have a positive multiple of "
                        + $"{Sequence.Channels}, one for each channel of a frame.";
                if (readings.Length / Sequence.Channels > settings.TokensPerRow)
                    return $"rows[{row}].readings has {readings.Length / Sequence.Channels} frames; a row has at most "
                        + $"{settings.TokensPerRow}.";
                if (Array.FindIndex(readings, number => !float.IsFinite(number)) is >= 0 and var place)
                    return $"rows[{row}].readings[{place}] is {readings[place].ToString(CultureInfo.InvariantCulture)}; it must be a "
                        + "finite number.";
            }
            return null;
        }

        static IResult Busy() =>
            Results.Problem("Too many requests wait: come again in a second.", statusCode: StatusCodes.Status503ServiceUnavailable,
            extensions: new Dictionary<string, object?> { ["retryAfterSeconds"] = 1 });

        static IResult Refusal(Exception? e) => e switch
        {
            BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } =>
                Results.Problem("The body is larger than this service accepts.", statusCode: StatusCodes.Status413PayloadTooLarge),
            BadHttpRequestException { InnerException: JsonException json } =>
                Results.Problem($"The body is not the JSON of a request: {json.Path ?? "$"}, line {json.LineNumber + 1}, byte "
                    + $"{json.BytePositionInLine + 1}.", statusCode: StatusCodes.Status400BadRequest),
            BadHttpRequestException bad => Results.Problem(bad.Message, statusCode: bad.StatusCode),
            _ => Results.Problem("The rows could not be scored; the log has the reason.",
                statusCode: StatusCodes.Status500InternalServerError),
        };
    }

    interface IScorer
    {
        /// <summary>The answers; null when too many requests wait.</summary>
        Task<Response?> Score(InputRow[] rows, CancellationToken cancellationToken);
    }

    /// <summary>The model as its file was last whole.</summary>
    sealed class ServedModel : IDisposable
    {
        readonly string _path;
        readonly ILogger<ServedModel> _log;
        (DateTime Written, long Length) _seen;

        public ServedModel(Settings settings, ILogger<ServedModel> log)
        {
            (_path, _log) = (settings.ModelPath, log);
            _seen = Seen();
            (Current, Hash) = Load();
        }

        public MLContext Context { get; } = new();

        public ITransformer Current { get; private set; }

        public string Hash { get; private set; }

        public DateTimeOffset Loaded { get; private set; } = DateTimeOffset.UtcNow;

        public string? Failure { get; private set; }

        /// <summary>Takes the file again if it has changed. A file that cannot be loaded leaves the model that there is,
        /// and says so: write beside, and move.</summary>
        /// <returns>The model that is no longer served, which is the caller's to dispose when nothing uses it;
        /// null when it is still the same.</returns>
        public IDisposable? LookAgain()
        {
            if (Seen() is var seen && seen == _seen)
                return null;
            _seen = seen;
            try
            {
                var old = Current as IDisposable;
                (Current, Hash) = Load();
                (Loaded, Failure) = (DateTimeOffset.UtcNow, null);
                return old;
            }
            catch (Exception e)
            {
                Failure = $"{e.GetType().Name}: {e.Message}";
                _log.LogError(e, "The changed file {Path} cannot be loaded; the model before it is still served.", _path);
                return null;
            }
        }

        (ITransformer, string) Load()
        {
            var bytes = File.ReadAllBytes(_path);
            return (Context.Model.Load(new MemoryStream(bytes), out _), Convert.ToHexStringLower(SHA256.HashData(bytes))[..12]);
        }

        (DateTime, long) Seen() => new FileInfo(_path) is { Exists: true } file ? (file.LastWriteTimeUtc, file.Length) : _seen;

        public void Dispose() => (Current as IDisposable)?.Dispose();
    }

    /// <summary>Scores the requests that wait together: what comes while a window is scored is the next window.</summary>
    sealed class Windows(ServedModel model, Settings settings, ILogger<Windows> log) : BackgroundService, IScorer
    {
        sealed record Waiting(InputRow[] Rows, TaskCompletionSource<Response> Answered, CancellationToken Canceled);

        readonly Channel<Waiting> _waiting = Channel.CreateBounded<Waiting>(settings.Queue);
        readonly WindowView _rows = new();
        (ITransformer Model, IDataView View)? _scored;
        bool _areSeveral;   // whether the last window had several requests

        public async Task<Response?> Score(InputRow[] rows, CancellationToken cancellationToken)
        {
            var waiting = new Waiting(rows, new(TaskCreationOptions.RunContinuationsAsynchronously), cancellationToken);
            return _waiting.Writer.TryWrite(waiting) ? await waiting.Answered.Task.WaitAsync(cancellationToken) : null;
        }

        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            var looked = Stopwatch.GetTimestamp();
            while (!stoppingToken.IsCancellationRequested)
            {
                var window = await Gather(stoppingToken);
                if (Stopwatch.GetElapsedTime(looked) >= settings.LookForChanges)
                {
                    // Between windows nothing uses the model: no request is dropped, and each is answered by one model.
                    using var old = model.LookAgain();
                    looked = Stopwatch.GetTimestamp();
                }
                if (window.Count > 0)
                    await Task.Run(() => Answer(window), CancellationToken.None);
            }
        }

        /// <summary>A window, or none where nobody has come for a while.</summary>
        async Task<List<Waiting>> Gather(CancellationToken stoppingToken)
        {
            var (window, rows) = (new List<Waiting>(), 0);
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            patience.CancelAfter(settings.LookForChanges);
            try
            {
                await _waiting.Reader.WaitToReadAsync(patience.Token);
                // Who comes alone is not kept waiting.
                if (_areSeveral && _waiting.Reader.Count == 1)
                    await Task.Delay(settings.Gather, patience.Token);
            }
            catch (OperationCanceledException)
            {
            }
            while (rows < settings.Window && _waiting.Reader.TryRead(out var next))
                if (!next.Canceled.IsCancellationRequested)
                {
                    window.Add(next);
                    rows += next.Rows.Length;
                }
            _areSeveral = window.Count > 1;
            return window;
        }

        void Answer(List<Waiting> window)
        {
            try
            {
                var answers = Scored([.. window.SelectMany(waiting => waiting.Rows)]);
                var first = 0;
                foreach (var waiting in window)
                {
                    waiting.Answered.TrySetResult(new(model.Hash, answers[first..(first + waiting.Rows.Length)]));
                    first += waiting.Rows.Length;
                }
            }
            // One row that the model cannot take must not fail the requests beside it: each for itself then.
            catch (Exception) when (window.Count > 1)
            {
                foreach (var waiting in window)
                    Answer([waiting]);
            }
            catch (Exception e)
            {
                log.LogError(e, "{Rows} rows could not be scored.", window[0].Rows.Length);
                window[0].Answered.TrySetException(e);
            }
        }

        /// <summary>One cursor over the window. ML.NET's typed enumerables would be compiled for every window, which costs more than
        /// scoring it: columns are read by their getters.</summary>
        Answer[] Scored(InputRow[] rows)
        {
            if (_scored is not { } scored || scored.Model != model.Current)
                _scored = scored = (model.Current, model.Current.Transform(_rows));
            _rows.Rows = rows;
            var (word, score) = (scored.View.Schema[nameof(OutputRow.Word)], scored.View.Schema[nameof(OutputRow.Score)]);
            using var cursor = scored.View.GetRowCursor([word, score]);
            var getWord = cursor.GetGetter<ReadOnlyMemory<char>>(word);
            var getScore = cursor.GetGetter<VBuffer<float>>(score);
            var answers = new List<Answer>(rows.Length);
            var (wordNow, scoreNow) = (default(ReadOnlyMemory<char>), default(VBuffer<float>));
            while (cursor.MoveNext())
            {
                getWord(ref wordNow);
                getScore(ref scoreNow);
                answers.Add(new(wordNow.ToString(), [.. scoreNow.DenseValues()]));
            }
            return [.. answers];
        }
    }

    /// <summary>The rows of the window that is scored, as a view that lasts as long as the service.</summary>
    sealed class WindowView : IDataView
    {
        public InputRow[] Rows { get; set; } = [];

        public DataViewSchema Schema { get; } = Columns();

        public bool CanShuffle => false;

        public long? GetRowCount() => Rows.Length;

        public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) => new Cursor(this);

        public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
            [GetRowCursor(columnsNeeded, rand)];

        static DataViewSchema Columns()
        {
            var columns = new DataViewSchema.Builder();
            columns.AddColumn(nameof(InputRow.Readings), new VectorDataViewType(NumberDataViewType.Single));
            return columns.ToSchema();
        }

        sealed class Cursor(WindowView view) : DataViewRowCursor
        {
            readonly InputRow[] _rows = view.Rows;
            int _row = -1;

            public override DataViewSchema Schema => view.Schema;

            public override long Position => _row < _rows.Length ? _row : -1;

            public override long Batch => 0;

            public override bool IsColumnActive(DataViewSchema.Column column) => true;

            public override bool MoveNext() => _row < _rows.Length && ++_row < _rows.Length;

            public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
                (ValueGetter<TValue>)(object)(ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
            {
                var readings = _rows[_row].Readings;
                var editor = VBufferEditor.Create(ref value, readings.Length);
                readings.CopyTo(editor.Values);
                value = editor.Commit();
            });

            public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new((ulong)_row, 0);
        }
    }

    /// <summary>What is usual: an engine for each request under way, a row at a time.</summary>
    sealed class EnginePool(ServedModel model) : IScorer
    {
        readonly ConcurrentBag<PredictionEngine<InputRow, OutputRow>> _engines = [];

        public Task<Response?> Score(InputRow[] rows, CancellationToken cancellationToken)
        {
            if (!_engines.TryTake(out var engine))
                engine = model.Context.Model.CreatePredictionEngine<InputRow, OutputRow>(model.Current,
                    new PredictionEngineOptions { OwnsTransformer = false });
            try
            {
                return Task.FromResult<Response?>(
                    new(model.Hash, [.. rows.Select(row => engine.Predict(row)).Select(row => new Answer(row.Word, row.Score))]));
            }
            finally
            {
                _engines.Add(engine);
            }
        }
    }

    /// <summary>The library's metrics in the text form that Prometheus reads, without a package; with OpenTelemetry one line does it:
    /// AddMeter("Microsoft.ML.Attention").</summary>
    sealed class MetricsPage : IDisposable
    {
        readonly MeterListener _listener = new();
        readonly ConcurrentDictionary<string, (double Sum, long Count, bool IsHistogram)> _values = new();

        public MetricsPage()
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == "Microsoft.ML.Attention")
                    listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
            _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
            _listener.Start();
        }

        void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var labels = new StringBuilder();
            foreach (var (name, text) in tags)
                labels.Append(CultureInfo.InvariantCulture, $"{(labels.Length == 0 ? "" : ",")}{name.Replace('.', '_')}=\"{text}\"");
            var isHistogram = instrument is Histogram<double>;
            _values.AddOrUpdate($"{instrument.Name.Replace('.', '_')}|{labels}", (value, 1, isHistogram), (_, old) =>
                (instrument is Gauge<double> ? value : old.Sum + value, old.Count + 1, isHistogram));
        }

        public string Write()
        {
            var page = new StringBuilder();
            foreach (var (key, (sum, count, isHistogram)) in _values.OrderBy(value => value.Key, StringComparer.Ordinal))
            {
                var (name, labels) = (key.Split('|')[0], key.Split('|')[1] is { Length: > 0 } all ? $"{{{all}}}" : "");
                page.Append(CultureInfo.InvariantCulture, $"{name}{(isHistogram ? "_sum" : "")}{labels} {sum}\n");
                if (isHistogram)
                    page.Append(CultureInfo.InvariantCulture, $"{name}_count{labels} {count}\n");
            }
            return page.ToString();
        }

        public void Dispose() => _listener.Dispose();
    }

    /// <summary>A model of the kind that the service is for: which of three made-up words 8 to 24 frames of 12 channels are.</summary>
    static class MadeUpModel
    {
        sealed class Spoken
        {
            public string Word { get; set; } = "";

            public float[] Readings { get; set; } = [];
        }

        public static void Save(string path, int rows = 600)
        {
            var ml = new MLContext(seed: 1);
            var random = new Random(1);
            var data = ml.Data.LoadFromEnumerable(Enumerable.Range(0, rows)
                .Select(i => new Spoken { Word = $"word {i % 3}", Readings = Draw(random, i % 3) }).ToArray());
            // The label's mapping is for learning alone: what is served begins with the readings, so that a request need not have a label.
            var learned = ml.Transforms.Conversion.MapValueToKey("Label", "Word").Fit(data);
            var served = ml.Transforms.MultiHeadAttention(new MultiHeadAttentionOptions
            {
                OutputColumnName = "Features",
                InputColumnNames = ["Readings"],
                LabelColumnName = "Label",
                EmbeddingDimension = Sequence.Channels,
                NumberOfHeads = 4,
                ModelDimension = 64,
                NumberOfLayers = 2,
                Block = AttentionBlock.Encoder,
                Pooling = AttentionPooling.Mean,
                PositionalEncoding = PositionalEncoding.Sinusoidal,
                Training = new() { NumberOfEpochs = 4, MinimumSteps = 0 },
            }).AppendCacheCheckpoint(ml)
                .Append(ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy("Label", "Features"))
                .Append(ml.Transforms.Conversion.MapKeyToValue("Word", "PredictedLabel"))
                .Fit(learned.Transform(data));
            var beside = $"{path}.{Guid.NewGuid():N}";
            ml.Model.Save(served, ml.Data.LoadFromEnumerable(Array.Empty<InputRow>()).Schema, beside);
            File.Move(beside, path, overwrite: true);
        }

        public static float[] Draw(Random random, int word) => Draw(random, word, random.Next(8, 25));

        public static float[] Draw(Random random, int word, int frames) =>
            [.. Enumerable.Range(0, frames * Sequence.Channels)
                .Select(i => random.NextSingle() - 0.5f + (i % Sequence.Channels == 3 * word ? MathF.Sin(i * 0.05f + word) : 0))];
    }

    /// <summary>Requests per second and how long they take, of windows and of a pool of prediction engines,
    /// in turns on one machine.</summary>
    static class Comparison
    {
        public static async Task<int> Run(int seconds)
        {
            var path = Path.Combine(Path.GetTempPath(), $"attention-service-{Environment.ProcessId}.zip");
            MadeUpModel.Save(path);
            try
            {
                await using var windows = Api.Build(new() { ModelPath = path }, ["--urls", "http://127.0.0.1:0"]);
                await using var pool = Api.Build(new() { ModelPath = path, IsPool = true }, ["--urls", "http://127.0.0.1:0"]);
                await windows.StartAsync();
                await pool.StartAsync();
                var random = new Random(2);
                var bodies = Enumerable.Range(0, 64)
                    .Select(i =>
                        JsonSerializer.SerializeToUtf8Bytes(new Request([new() { Readings = MadeUpModel.Draw(random, i % 3, 16) }]),
                            JsonSerializerOptions.Web)).ToArray();
                Console.WriteLine("One row of 16 x 12 a request, two encoder layers of width 64; requests/s, p50 and p99 in ms, and the "
                    + "process's CPU a request, clients included.");
                Console.WriteLine("| clients | windows: requests/s | p50 | p99 | CPU ms | engines: requests/s | p50 | p99 | CPU ms |");
                Console.WriteLine("|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
                foreach (var clients in (int[])[1, 8, 64])
                {
                    Load[] loads = [new(windows), new(pool)];
                    for (var turn = 0; turn < 3; turn++)   // the first to warm up
                        foreach (var load in loads)
                            await load.Run(bodies, clients, TimeSpan.FromSeconds(turn == 0 ? 1 : seconds / 2.0), isCounted: turn > 0);
                    Console.WriteLine($"| {clients} | {string.Join(" | ", loads.Select(load => load.ToString()))} |");
                }
                await windows.StopAsync();
                await pool.StopAsync();
            }
            finally
            {
                File.Delete(path);
            }
            return 0;
        }

        sealed class Load(WebApplication app)
        {
            readonly List<double> _milliseconds = [];
            double _seconds, _cpu;

            public async Task Run(byte[][] bodies, int clients, TimeSpan time, bool isCounted)
            {
                using var http = new HttpClient { BaseAddress = new(app.Urls.First()) };
                var took = new ConcurrentBag<double>();
                var (began, cpu) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
                await Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Run(async () =>
                {
                    for (var i = client; Stopwatch.GetElapsedTime(began) < time; i++)
                    {
                        var sent = Stopwatch.GetTimestamp();
                        using var content = new ByteArrayContent(bodies[i % bodies.Length]);
                        content.Headers.ContentType = new("application/json");
                        using var response = await http.PostAsync("/score", content);
                        response.EnsureSuccessStatusCode();
                        await response.Content.ReadAsByteArrayAsync();
                        took.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
                    }
                })));
                if (!isCounted)
                    return;
                _seconds += Stopwatch.GetElapsedTime(began).TotalSeconds;
                _cpu += (Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds;
                _milliseconds.AddRange(took);
            }

            public override string ToString()
            {
                _milliseconds.Sort();
                return string.Create(CultureInfo.InvariantCulture,
                    $"{_milliseconds.Count / _seconds:0} | {_milliseconds[_milliseconds.Count / 2]:0.0} | {_milliseconds[(int)(_milliseconds.Count * 0.99)]:0.0} | {_cpu / _milliseconds.Count:0.00}");
            }
        }
    }
}
