using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.Extensions.Options;
using Microsoft.ML.Attention.Orleans.Columns;

namespace Microsoft.ML.Attention.Orleans.Silo;

/// <summary>What a silo does with rows: one for the whole silo, whichever grain asks. It works off the grains' scheduler,
/// which a turn of seconds would hold up.</summary>
sealed class SiloWork : IDisposable
{
    /// <summary>Beyond it Orleans sends an answer again and again, and the caller sees a timeout.</summary>
    const long MostBytes = ClusterScoringOptions.MostBytes;

    readonly SiloFiles<LoadedModel> _models;
    readonly SiloFiles<TrialData> _data;
    readonly ConcurrentDictionary<Guid, byte> _calls = new();
    readonly SemaphoreSlim _places;
    readonly ModelScoringOptions _options;
    readonly string _silo;

    public SiloWork(IGrainFactory grains, ILocalSiloDetails silo, IOptions<ModelScoringOptions> options)
    {
        _options = options.Value;
        _silo = $"{silo.Name} {silo.SiloAddress.Endpoint}";
        _places = new(_options.MaxConcurrency);
        _models = new(grains, _options.SharedFolder, _options.MaxModels, bytes => new(_options.CreateContext(), bytes));
        _data = new(grains, _options.SharedFolder, _options.MaxModels, bytes => new(_options.CreateContext(), bytes));
    }

    public async Task<Answer> Score(Guid call, BatchRequest batch, CancellationToken cancellationToken)
    {
        _calls.TryAdd(call, default);
        try
        {
            return await With(_models, batch.Model, model =>
            {
                var (columns, rows) = ArrowBatch.Read(batch.Rows, model.InputSchema);
                var scored = Scored(model, columns, rows, batch.Outputs, MostBytes, cancellationToken);
                return Task.FromResult(new Answer(AnswerKind.Done, _silo, rows, ArrowBatch.Write(scored, rows)));
            }, cancellationToken);
        }
        finally
        {
            _calls.TryRemove(call, out _);
        }
    }

    public bool Has(Guid call) => _calls.ContainsKey(call);

    public Task<Answer> Do(WorkRequest work, CancellationToken cancellationToken) => work switch
    {
        PartRequest part => With(_models, part.Model, model => Score(model, part, cancellationToken), cancellationToken),
        TrialRequest trial => With(_data, trial.Data, data => Task.FromResult(Try(data, trial, cancellationToken)), cancellationToken),
        _ => throw new NotSupportedException($"{work.GetType().Name} is not known here."),
    };

    public Answer Unknown => new(AnswerKind.Unknown, _silo);

    public Answer Working => new(AnswerKind.Working, _silo);

    async Task<Answer> Score(LoadedModel model, PartRequest part, CancellationToken cancellationToken)
    {
        var types = part.Inputs.Select(name => ColumnType.Of(model.InputSchema[name])).ToArray();
        var (columns, rows) = await ParquetFile.ReadRowGroup(part.Input, part.RowGroup, types, cancellationToken);
        await ParquetFile.Write(part.Output, Scored(model, columns, rows, part.Outputs, long.MaxValue, cancellationToken), rows, part.Model,
            cancellationToken);
        return new(AnswerKind.Done, _silo, rows);
    }

    static List<Column> Scored(LoadedModel model, IReadOnlyList<Column> columns, int rows, string[] outputs, long mostBytes,
        CancellationToken cancellationToken)
    {
        var view = model.Transformer.Transform(new ColumnsView(model.InputSchema, columns, rows));
        var wanted = outputs.Select(name => view.Schema[name]).ToArray();
        using var cursor = view.GetRowCursor(wanted);
        ColumnBuffer[] buffers = [.. wanted.Select(column => ColumnType.Of(column).Buffer(cursor, column))];
        var scored = 0;
        while (cursor.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var buffer in buffers)
                buffer.Append();
            scored++;
            if (buffers.Sum(buffer => buffer.Bytes) is var bytes && bytes > mostBytes)
                throw new InvalidOperationException($"The scores of {scored} rows have {bytes} bytes, more than a message carries: set "
                    + $"BatchRows to at most {Math.Max(1, scored / 2)}, of {rows} now.");
        }
        if (scored != rows)
            throw new InvalidOperationException($"The model made {scored} rows of {rows}.");
        return [.. buffers.Select(buffer => buffer.Take())];
    }

    // A context of its own for each: trainers' draws depend on what a context did before.
    Answer Try(TrialData data, TrialRequest request, CancellationToken cancellationToken) =>
        new(AnswerKind.Done, _silo,
            Scores: [.. AttentionTrialRequest.FromJson(request.Trial)
                .Evaluate(_options.CreateContext(), data.View, null, cancellationToken)]);

    /// <summary>Whatever the model or the rows run into is the answer: only what the cluster runs into is an exception,
    /// after which another silo is asked.</summary>
    async Task<Answer> With<T>(SiloFiles<T> files, string hash, Func<T, Task<Answer>> work, CancellationToken cancellationToken)
        where T : class, IDisposable
    {
        SiloFiles<T>.Use? use;
        try
        {
            use = await files.Rent(hash);
        }
        catch (Exception e) when (e is not (OrleansException or TimeoutException or OperationCanceledException))
        {
            return new(AnswerKind.Failed, _silo, Failure: $"the file {hash} cannot be used: {Why(e)}");
        }
        if (use is null)
            return new(AnswerKind.FileNeeded, _silo);
        using var using_ = use;
        await _places.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => work(use.Value), cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return new(AnswerKind.Failed, _silo, Failure: Why(e));
        }
        finally
        {
            _places.Release();
        }
    }

    // ML.NET loads stages by reflection, which says nothing of what went wrong.
    static string Why(Exception e) =>
        e is TargetInvocationException { InnerException: { } inner } ? Why(inner) : $"{e.GetType().Name}: {e.Message}";

    public void Dispose()
    {
        _models.Dispose();
        _data.Dispose();
        _places.Dispose();
    }
}

/// <summary>A model, and the schema of the rows that it was saved for.</summary>
sealed class LoadedModel : IDisposable
{
    public LoadedModel(MLContext context, byte[] bytes)
    {
        using var stream = new MemoryStream(bytes, writable: false);
        Transformer = context.Model.Load(stream, out var schema);
        InputSchema = schema ?? throw new InvalidDataException("The model was saved without the schema of its input.");
    }

    public ITransformer Transformer { get; }

    public DataViewSchema InputSchema { get; }

    public void Dispose() => (Transformer as IDisposable)?.Dispose();
}
