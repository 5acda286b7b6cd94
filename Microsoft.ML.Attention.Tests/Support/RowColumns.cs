using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>How the token columns of a data view are typed.</summary>
enum TokenShape
{
    /// <summary><c>[T, E]</c>: every row has the first row's length.</summary>
    Fixed,

    /// <summary><c>[*, E]</c>: every row has its own.</summary>
    Ragged,

    /// <summary>One axis of <c>T·E</c>.</summary>
    Flat,

    /// <summary>One axis of unknown size.</summary>
    FlatRagged,
}

/// <summary>Rows as a data view, with plain ML.NET: a column for each that the options name,
/// typed as the library's contract has it.</summary>
/// <remarks>
/// The names below are the tests' convention, and those of a golden case's options; any others that the options name do as well. Of two
/// input columns, the second has the later half of a row's tokens. Tokens, keys
/// and values are <c>Vector&lt;Single&gt;</c> of a <see cref="TokenShape"/>; ids a <c>Vector&lt;Key&gt;</c>; the mask a
/// <c>Vector&lt;Boolean&gt;</c>; the bias a flat <c>Vector&lt;Single&gt;</c> of <c>T·S</c> or <c>H·T·S</c>;
/// these are of unknown size where the tokens are.
/// </remarks>
static class RowColumns
{
    public const string Tokens = nameof(Tokens);
    public const string MoreTokens = nameof(MoreTokens);
    public const string Ids = nameof(Ids);
    public const string MoreIds = nameof(MoreIds);
    public const string Keys = nameof(Keys);
    public const string KeyIds = nameof(KeyIds);
    public const string Values = nameof(Values);
    public const string Mask = nameof(Mask);
    public const string Bias = nameof(Bias);
    public const string Label = nameof(Label);
    public const string Output = nameof(Output);
    public const string Weights = nameof(Weights);
    public const string Rollout = nameof(Rollout);
    public const string ExampleWeight = nameof(ExampleWeight);
    public const string PredictedLabel = nameof(PredictedLabel);
    public const string Score = nameof(Score);
    public const string Probability = nameof(Probability);

    /// <summary>The data view of these rows.</summary>
    /// <param name="rows">At least one when the shape is fixed.</param>
    /// <param name="context">Where it is made.</param>
    /// <param name="options">Name the columns and say how wide a token is; the rows' ids go in place of the tokens,
    /// under the input column's name.</param>
    /// <param name="shape">How the columns are typed.</param>
    /// <param name="numberOfIds">The ids that the key type counts, for rows of ids.</param>
    /// <param name="labels">One a row: <c>bool[]</c>, <c>float[]</c>, or <c>uint[]</c>, which is a key, 0 missing; or one a token, of each
    /// row: <c>float[][]</c>, or <c>uint[][]</c>. The column is the options' or <see cref="Label"/>.</param>
    public static IDataView ToDataView(this IReadOnlyList<ReferenceRow> rows, MLContext context, MultiHeadAttentionOptions options,
        TokenShape shape = TokenShape.Fixed, int numberOfIds = 0, Array? labels = null)
    {
        var isFixed = shape is TokenShape.Fixed or TokenShape.Flat;
        var (queries, keys) = isFixed ? (rows[0].QueryLength, rows[0].KeyLength) : (0, 0);
        var width = options.EmbeddingDimension
            ?? (rows.Count > 0 && rows[0].QueryLength > 0 && rows[0].Ids is null ? rows[0].Tokens[0].Length : 0);
        var keyWidth = options.KeyDimension ?? width;
        var schema = SchemaDefinition.Create(typeof(Columns));
        var members = schema.ToDictionary(column => column.MemberName);
        schema.Clear();
        var more = options.InputColumnNames.Count > 1 ? MoreOf(queries) : 0;
        Add(numberOfIds > 0 ? nameof(Columns.Ids) : nameof(Columns.Tokens), options.InputColumnNames[0],
            numberOfIds > 0 ? new VectorDataViewType(Key(numberOfIds), queries - more) : TokenType(queries - more, width));
        Add(numberOfIds > 0 ? nameof(Columns.MoreIds) : nameof(Columns.MoreTokens), options.InputColumnNames.ElementAtOrDefault(1),
            numberOfIds > 0 ? new VectorDataViewType(Key(numberOfIds), more) : TokenType(more, width));
        var hasKeyIds = options.KeyColumnName == KeyIds;
        Add(hasKeyIds ? nameof(Columns.KeyIds) : nameof(Columns.Keys), options.KeyColumnName,
            hasKeyIds ? new VectorDataViewType(Key(OptionChoices.Ids), keys) : TokenType(keys, keyWidth));
        Add(nameof(Columns.Values), options.ValueColumnName, TokenType(keys, options.ValueDimension ?? keyWidth));
        Add(nameof(Columns.Mask), options.MaskColumnName, new VectorDataViewType(BooleanDataViewType.Instance, keys));
        Add(nameof(Columns.Bias), options.AttentionBiasColumnName,
            new VectorDataViewType(NumberDataViewType.Single, isFixed ? rows[0].Bias?.Length ?? 0 : 0));
        Add(nameof(Columns.ExampleWeight), options.ExampleWeightColumnName, NumberDataViewType.Single);
        var (label, labelType) = labels switch
        {
            bool[] => (nameof(Columns.BooleanLabel), BooleanDataViewType.Instance),
            float[] => (nameof(Columns.SingleLabel), NumberDataViewType.Single),
            uint[] classes => (nameof(Columns.KeyLabel), (DataViewType)Key((int)classes.Max())),
            float[][] => (nameof(Columns.SingleLabels), new VectorDataViewType(NumberDataViewType.Single, queries)),
            uint[][] classes => (nameof(Columns.KeyLabels), new VectorDataViewType(Key((int)classes.Max(row => row.Max())), queries)),
            _ => ("", NumberDataViewType.Single),
        };
        Add(label, labels is null ? null : options.LabelColumnName ?? Label, labelType);
        return context.Data.LoadFromEnumerable(rows.Select((row, n) => new Columns(row, n, labels, options)).ToArray(), schema);

        DataViewType TokenType(int length, int size) => shape switch
        {
            TokenShape.Fixed or TokenShape.Ragged when options.ElementOrder == ElementOrder.ElementByElement =>
                new VectorDataViewType(NumberDataViewType.Single, size, length),
            TokenShape.Fixed or TokenShape.Ragged => new VectorDataViewType(NumberDataViewType.Single, length, size),
            _ => new VectorDataViewType(NumberDataViewType.Single, length * size),
        };

        void Add(string member, string? column, DataViewType type)
        {
            if (column is null)
                return;
            (members[member].ColumnName, members[member].ColumnType) = (column, type);
            schema.Add(members[member]);
        }
    }

    /// <summary>How many of a row's tokens stand in the second of two input columns.</summary>
    public static int MoreOf(int queries) => queries / 2;

    static KeyDataViewType Key(int count) => new(typeof(uint), count);

    sealed class Columns
    {
        public float[] Tokens;
        public float[] MoreTokens;
        public float[] Keys;
        public float[] Values;
        public float[] Bias;
        public bool[] Mask;
        public uint[] Ids;
        public uint[] MoreIds;
        public uint[] KeyIds;
        public float ExampleWeight;
        public bool BooleanLabel;
        public float SingleLabel;
        public uint KeyLabel;
        public float[] SingleLabels;
        public uint[] KeyLabels;

        public Columns(ReferenceRow row, int n, Array? labels, MultiHeadAttentionOptions options)
        {
            var isTransposed = options.ElementOrder == ElementOrder.ElementByElement;
            var more = options.InputColumnNames.Count > 1 ? MoreOf(row.QueryLength) : 0;
            var moreTokens = row.Ids is null ? more : 0;
            Tokens = Flat(row.Tokens[..^moreTokens]);
            MoreTokens = Flat(row.Tokens[^moreTokens..]);
            Keys = Flat(row.Keys ?? []);
            Values = Flat(row.Values ?? row.Keys ?? []);
            Bias = [.. (row.Bias ?? new double[0, 0, 0]).Cast<double>().Select(value => (float)value)];
            Mask = row.Mask ?? [];
            Ids = KeysOf(row.Ids?[..^more]);
            MoreIds = KeysOf(row.Ids?[^more..]);
            KeyIds = KeysOf(row.KeyIds);
            ExampleWeight = 0.5f + n;
            BooleanLabel = labels is bool[] booleans && booleans[n];
            SingleLabel = labels is float[] singles ? singles[n] : 0;
            // ML.NET reads a key from a scalar as zero-based, from a vector as it is
            KeyLabel = labels is uint[] keys ? unchecked(keys[n] - 1) : 0;
            SingleLabels = labels is float[][] numbers ? numbers[n] : [];
            KeyLabels = labels is uint[][] classes ? classes[n] : [];

            float[] Flat(double[][] tokens) => isTransposed && tokens.Length > 0
                ? [.. Enumerable.Range(0, tokens[0].Length).SelectMany(element => tokens.Select(token => (float)token[element]))]
                : [.. tokens.SelectMany(token => token).Select(value => (float)value)];
        }

        static uint[] KeysOf(int?[]? ids) => [.. (ids ?? []).Select(id => id is { } known ? (uint)known + 1 : 0)];   // a key's 0 is missing
    }
}
