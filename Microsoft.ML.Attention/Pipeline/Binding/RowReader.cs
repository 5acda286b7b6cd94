using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Rows;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Pipeline.Binding;

/// <summary>Reads a stage's columns of one row after the other into <see cref="RaggedRows"/>, checking every length:
/// nothing upstream does.</summary>
sealed class RowReader
{
    /// <summary>Numbers that one row has in a column, at most: with what is before it in a window they are in one array.</summary>
    public const int MostNumbers = int.MaxValue - (16 << 20);

    readonly DataViewRow _row;
    readonly BoundColumns _columns;
    readonly Architecture _a;
    readonly RaggedRows _rows;
    readonly FieldReader[] _fields;
    readonly int _inputs;
    readonly ValueGetter<VBuffer<bool>>? _mask;
    readonly ValueGetter<VBuffer<float>>? _bias;
    VBuffer<float> _floats;
    VBuffer<bool> _booleans;

    public RowReader(DataViewRow row, BoundColumns columns, Architecture architecture, RaggedRows rows)
    {
        (_row, _columns, _a, _rows, _inputs) = (row, columns, architecture, rows, rows.Layout.Inputs);
        _fields = [.. rows.Fields.Select((field, i) => new FieldReader(row, columns.Of(architecture, i), architecture, field))];
        _mask = columns.Mask is { } mask ? row.GetGetter<VBuffer<bool>>(mask) : null;
        _bias = columns.Bias is { } bias ? row.GetGetter<VBuffer<float>>(bias) : null;
    }

    /// <summary>Rows that had more tokens than the stage takes, of which some were left out.</summary>
    public long RowsCut { get; private set; }

    /// <summary>The frames of the inputs that the current row has.</summary>
    public int Frames { get; private set; }

    /// <summary>Those that were kept of them; all but where it was cut.</summary>
    public Range Kept { get; private set; }

    /// <summary>Appends the current row.</summary>
    /// <exception cref="InvalidDataException">A length does not fit the others; the message names the column.</exception>
    public void Append()
    {
        var queries = 0;
        for (var i = 0; i < _inputs; i++)
            queries += _fields[i].Read();
        (Frames, Kept) = (queries, _a.Kept(queries));
        var left = Kept.End.Value - Kept.Start.Value;
        if (left < queries)
            Cut(queries);
        var (keys, keptKeys) = (queries, Kept);
        for (var i = _inputs; i < _fields.Length; i++)
        {
            var count = _fields[i].Read();
            if (i > _inputs && count != keys)
                throw Invalid(_columns.Values!.Name,
                    $"{count} tokens, but column '{_columns.Keys!.Name}' has {keys}: each key needs a value");
            (keys, keptKeys) = (count, 0..count);
        }
        if (_mask is not null)
            ReadMask(keys, keptKeys);
        if (_bias is not null)
            ReadBias((_a.Patches.Tokens(queries), TokensIn(Kept)), (_a.Patches.Tokens(keys), TokensIn(keptKeys)));
        _rows.Complete(left, keptKeys.End.Value - keptKeys.Start.Value);
    }

    void Cut(int queries)
    {
        if (_a.LongerRows == LongerRows.Refuse)
            throw Invalid(_columns.Inputs[0].Name,
                $"{_a.Patches.Tokens(queries)} tokens, more than the {_a.MaximumLength} that the stage takes; raise MaximumLength before "
                    + "fitting, or set LongerRows to cut such rows");
        RowsCut++;
        _rows.Fields[0].KeepOfLast(Kept);                                       // several fields have lengths that Fit has checked
    }

    Range TokensIn(Range frames)
    {
        var start = frames.Start.Value / _a.Patches.Stride;
        return start..(start + _a.Patches.Tokens(frames.End.Value - frames.Start.Value));
    }

    void ReadMask(int keys, Range kept)
    {
        _mask!(ref _booleans);
        if (_booleans.Length != keys)
            throw Invalid(_columns.Mask!.Value.Name,
                $"{_booleans.Length} values, but there are {keys} key tokens: the mask needs one value for each");
        var mask = _rows.Mask!;
        _booleans.CopyTo(mask.Append(keys));
        if (kept.End.Value - kept.Start.Value < keys)
            mask.KeepOfLast(kept.Start.Value, kept.End.Value - kept.Start.Value);
    }

    /// <summary>A bias of <c>T*S</c> values counts for every head.</summary>
    void ReadBias((int Count, Range Kept) queries, (int Count, Range Kept) keys)
    {
        _bias!(ref _floats);
        var (map, heads) = ((long)queries.Count * keys.Count, _a.NumberOfHeads);
        if (_floats.Length != map && _floats.Length != heads * map)
            throw Invalid(_columns.Bias!.Value.Name,
                $"{_floats.Length} values; needed are {map}, for {queries.Count} query and {keys.Count} key tokens, or {heads * map}, "
                    + $"for each of {heads} heads");
        var ((first, rows), (start, columns)) = (queries.Kept.GetOffsetAndLength(queries.Count), keys.Kept.GetOffsetAndLength(keys.Count));
        if ((long)heads * rows * columns > MostNumbers)
            throw Invalid(_columns.Bias!.Value.Name,
                $"{_floats.Length} values, for {heads} heads {heads * map}: more than the {MostNumbers} of a row");
        var target = _rows.Bias!.Append(heads * rows * columns);
        if (target.Length == _floats.Length)
        {
            _floats.CopyTo(target);
            return;
        }
        var source = new float[_floats.Length];
        _floats.CopyTo(source);
        for (var h = 0; h < heads; h++)
            for (var t = 0; t < rows; t++)
                source.AsSpan((int)(source.Length == map ? 0 : h * map) + (first + t) * keys.Count + start, columns)
                    .CopyTo(target[((h * rows + t) * columns)..]);
    }

    /// <summary>An error of the current row.</summary>
    public InvalidDataException Invalid(string column, string what) => new($"Row {_row.Position}: column '{column}' has {what}.");

    /// <summary>The columns of one field, one after the other.</summary>
    sealed class FieldReader
    {
        readonly DataViewRow _row;
        readonly IReadOnlyList<TokenColumn> _columns;
        readonly TokenRows _target;
        readonly ValueGetter<VBuffer<float>>[] _numbers;
        readonly IdGetter[] _ids;
        readonly (int Rows, int Offset, int Step)[] _tables;    // Step: from the table of one index in a vector to that of the next
        VBuffer<float> _floats;

        public FieldReader(DataViewRow row, IReadOnlyList<TokenColumn> columns, Architecture a, TokenRows target)
        {
            (_row, _columns, _target) = (row, columns, target);
            var holdsIds = target.Field.HoldsIds;
            _numbers = holdsIds ? [] : [.. columns.Select(c => c.NumbersIn(row))];
            _ids = holdsIds ? [.. columns.Select(c => c.IdsIn(row))] : [];
            _tables = [.. target.Field.Tables.Select((table, column) =>
                (a.IdsOf(target.Field, column), a.TableOffset(target.Field, column), target.Field.IsPerElement
                    ? a.IdsOf(target.Field, column)
                    : 0))];
        }

        /// <summary>Appends the current row and gives the number of its tokens.</summary>
        public int Read()
        {
            var tokens = 0;
            for (var i = 0; i < _columns.Count; i++)
                tokens += _ids.Length > 0 ? ReadIds(i) : ReadNumbers(i);
            return _target.Field.IsPerElement && _ids.Length == 0 ? 1 : tokens;
        }

        int ReadNumbers(int i)
        {
            var (column, field) = (_columns[i], _target.Numbers);
            _numbers[i](ref _floats);
            var length = _floats.Length;
            if (length % column.Width != 0 || column.Length is int fixedLength && length != fixedLength * column.Width)
                throw Invalid(column, column.Length is int known
                    ? $"{length} values, but the column is {column.Column.Type}: {known} tokens of {column.Width}"
                    : $"{length} values, not a multiple of {column.Option} {column.Width}");
            var target = i == 0 ? field.Append(length) : field.Extend(length);
            if (column.IsTransposed)
                CopyTransposed(target, column.Width);
            else
                _floats.CopyTo(target);
            return length / column.Width;
        }

        /// <summary>From the first number of every token, then the second of every token, to one token after the other.</summary>
        void CopyTransposed(Span<float> target, int width)
        {
            var values = _floats.GetValues();
            var count = target.Length / width;
            if (!_floats.IsDense)
                target.Clear();
            for (var i = 0; i < values.Length; i++)
            {
                var at = _floats.IsDense ? i : _floats.GetIndices()[i];
                target[at % count * width + at / count] = values[i];
            }
        }

        int ReadIds(int i)
        {
            var (ids, field) = (_ids[i], _target.Ids);
            var count = ids.Get();
            if (_columns[i].Length is int known && count != known)
                throw Invalid(_columns[i], $"{count} values, but the column is {_columns[i].Column.Type}: {known} tokens");
            var target = i == 0 ? field.Append(count) : field.Extend(count);
            ids.CopyTo(target);
            var (rows, offset, step) = _tables[i];
            foreach (ref var id in target)
            {
                if (id >= rows)
                    throw Invalid(_columns[i],
                        $"key {id + 1}, beyond the {rows} rows of the token table; fit the key mapping and this stage on the same data");
                if (id >= 0)
                    id += offset;
                offset += step;
            }
            return count;
        }

        InvalidDataException Invalid(TokenColumn column, string what) => new($"Row {_row.Position}: column '{column.Name}' has {what}.");
    }
}
