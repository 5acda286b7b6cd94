using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Rows;
using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Pipeline.Binding;

/// <summary>Reads a stage's columns of one row after the other into <see cref="RaggedRows"/>, checking every length: nothing upstream does.</summary>
sealed class RowReader
{
    readonly DataViewRow _row;
    readonly BoundColumns _columns;
    readonly Architecture _a;
    readonly RaggedRows _rows;
    readonly ValueGetter<VBuffer<float>>[] _tokens;
    readonly IdGetter? _ids;
    readonly ValueGetter<VBuffer<float>>? _keys;
    readonly ValueGetter<VBuffer<float>>? _values;
    readonly ValueGetter<VBuffer<bool>>? _mask;
    readonly ValueGetter<VBuffer<float>>? _bias;
    VBuffer<float> _floats;
    VBuffer<bool> _booleans;

    public RowReader(DataViewRow row, BoundColumns columns, Architecture architecture, RaggedRows rows)
    {
        (_row, _columns, _a, _rows) = (row, columns, architecture, rows);
        if (architecture.ReadsTokenIds)
            _ids = IdGetter.Of(row, columns.Inputs[0].Column);
        _tokens = architecture.ReadsTokenIds ? [] : [.. columns.Inputs.Select(c => row.GetGetter<VBuffer<float>>(c.Column))];
        _keys = columns.Keys is { } keys ? row.GetGetter<VBuffer<float>>(keys.Column) : null;
        _values = columns.Values is { } values ? row.GetGetter<VBuffer<float>>(values.Column) : null;
        _mask = columns.Mask is { } mask ? row.GetGetter<VBuffer<bool>>(mask) : null;
        _bias = columns.Bias is { } bias ? row.GetGetter<VBuffer<float>>(bias) : null;
    }

    /// <summary>Appends the current row.</summary>
    /// <exception cref="InvalidDataException">A length does not fit the others; the message names the column.</exception>
    public void Append()
    {
        var queries = _ids is null ? ReadInputs() : ReadIds(_ids);
        if (_a.PositionalEncoding == PositionalEncoding.Learned && !_a.RepeatsLastPosition && _a.Patches.Tokens(queries) is var tokens && tokens > _a.MaximumLength)
            throw Invalid(_columns.Inputs[0].Name, $"{tokens} tokens, more than the {_a.MaximumLength} learned positions; set MaximumLength before fitting");
        var keys = queries;
        if (_keys is not null)
            keys = Read(_keys, _columns.Keys!, _rows.Keys!, "KeyDimension");
        if (_values is not null)
        {
            var values = Read(_values, _columns.Values!, _rows.Values!, "ValueDimension");
            if (values != keys)
                throw Invalid(_columns.Values!.Name, $"{values} tokens, but column '{_columns.Keys!.Name}' has {keys}: each key needs a value");
        }
        if (_mask is not null)
            ReadMask(keys);
        if (_bias is not null)
            ReadBias(_a.Patches.Tokens(queries), _a.Patches.Tokens(keys));
        _rows.Complete(queries, keys);
    }

    /// <summary>The tokens of the input columns, one column after the other: in one field, or in a field each where widths differ.</summary>
    int ReadInputs()
    {
        if (_rows.Tokens.Length == _tokens.Length)
        {
            var count = 0;
            for (var i = 0; i < _tokens.Length; i++)
                count += Read(_tokens[i], _columns.Inputs[i], _rows.Tokens[i], "EmbeddingDimension");
            return count;
        }
        var field = _rows.Tokens[0];
        field.Append(0);
        var tokens = 0;
        for (var i = 0; i < _tokens.Length; i++)
        {
            _tokens[i](ref _floats);
            tokens += Count(_columns.Inputs[i], "EmbeddingDimension");
            _floats.CopyTo(field.Extend(_floats.Length));
        }
        return tokens;
    }

    int Read(ValueGetter<VBuffer<float>> get, TokenColumn column, RaggedField<float> field, string option)
    {
        get(ref _floats);
        var count = Count(column, option);
        _floats.CopyTo(field.Append(_floats.Length));
        return count;
    }

    /// <summary>How many tokens the values just read are.</summary>
    int Count(TokenColumn column, string option) => _floats.Length % column.Width == 0
        && (column.Length is null || _floats.Length == column.Length * column.Width)
        ? _floats.Length / column.Width
        : throw Invalid(column.Name, column.Length is int length
            ? $"{_floats.Length} values, but the column is {column.Column.Type}: {length} tokens of {column.Width}"
            : $"{_floats.Length} values, not a multiple of {option} {column.Width}");

    int ReadIds(IdGetter ids)
    {
        var count = ids.Get();
        var target = _rows.Ids!.Append(count);
        ids.CopyTo(target);
        foreach (var id in target)
            if (id >= _a.VocabularySize)
                throw Invalid(_columns.Inputs[0].Name, $"key {id + 1}, beyond the {_a.VocabularySize} rows of the token table; fit the key mapping and this stage on the same data");
        return count;
    }

    void ReadMask(int keys)
    {
        _mask!(ref _booleans);
        if (_booleans.Length != keys)
            throw Invalid(_columns.Mask!.Value.Name, $"{_booleans.Length} values, but there are {keys} key tokens: the mask needs one value for each");
        _booleans.CopyTo(_rows.Mask!.Append(keys));
    }

    /// <summary>A bias of <c>T*S</c> values counts for every head.</summary>
    void ReadBias(int queries, int keys)
    {
        _bias!(ref _floats);
        var (map, heads) = (queries * keys, _a.NumberOfHeads);
        if (_floats.Length != map && _floats.Length != heads * map)
            throw Invalid(_columns.Bias!.Value.Name, $"{_floats.Length} values; needed are {map}, for {queries} query and {keys} key tokens, or {heads * map}, for each of {heads} heads");
        var target = _rows.Bias!.Append(heads * map);
        if (_floats.Length == heads * map)
            _floats.CopyTo(target);
        else
            for (var h = 0; h < heads; h++)
                _floats.CopyTo(target.Slice(h * map, map));
    }

    InvalidDataException Invalid(string column, string what) => new($"Row {_row.Position}: column '{column}' has {what}.");
}
