using Microsoft.ML.Data;

namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>One way to bring rows to the stage: options, and the types of the columns that they name.
/// <see cref="Names"/> has every one of the contract.</summary>
sealed partial class InputCase(MultiHeadAttentionOptions options, params InputColumn[] columns)
{
    /// <summary>The ids that a token table has.</summary>
    public const int NumberOfIds = 9;

    /// <summary>Objective None, and a seed: the draw is the same each time.</summary>
    public MultiHeadAttentionOptions Options => options;

    public MultiHeadAttentionTransformer Fit(MLContext context, MultiHeadAttentionOptions? changed = null) =>
        context.Transforms.MultiHeadAttention(changed ?? options).Fit(View(context, []));

    /// <summary>Rows of random lengths where the types leave them open, none included; masks with holes, or false throughout.</summary>
    public IReadOnlyList<ReferenceRow> Rows(int count, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => Row(random))];
    }

    /// <summary>The rows in columns of the case's types, every other one in sparse buffers.</summary>
    public IDataView View(MLContext context, IReadOnlyList<ReferenceRow> rows)
    {
        var schema = SchemaDefinition.Create(typeof(Members));
        foreach (var unused in schema.Where(member => columns.All(c => c.Name != member.MemberName)).ToArray())
            schema.Remove(unused);
        foreach (var member in schema)
            member.ColumnType = Column(member.MemberName).Type;
        return context.Data.LoadFromEnumerable(rows.Select((row, n) => ToRow(row, isSparse: n % 2 == 1)).ToArray(), schema);
    }

    ReferenceRow Row(Random random)
    {
        InputColumn[] inputs = [.. options.InputColumnNames.Select(Column)];
        int[] lengths = [.. inputs.Select(Length)];
        var queries = lengths.Sum();
        var keys = options.KeyColumnName is null ? queries : Length(Column(options.KeyColumnName));
        var hasIds = inputs[0].Type.ItemType is KeyDataViewType;
        var isEmpty = random.Next(5) == 0;
        return new ReferenceRow
        {
            Tokens = hasIds ? [] : [.. inputs.SelectMany((input, i) => Tokens(lengths[i], input.Width))],
            Columns = [.. lengths.SelectMany((length, i) => Enumerable.Repeat(i, length))],
            Ids = hasIds ? Many(queries, () => random.Next(5) == 0 ? null : (int?)random.Next(NumberOfIds)) : null,
            Keys = options.KeyColumnName is null ? null : Tokens(keys, Column(options.KeyColumnName).Width),
            Values = options.ValueColumnName is null ? null : Tokens(keys, Column(options.ValueColumnName).Width),
            Mask = options.MaskColumnName is null ? null : Many(keys, () => !isEmpty && random.Next(3) > 0),
            Bias = options.AttentionBiasColumnName is null ? null : Bias(Column(options.AttentionBiasColumnName).Width),
        };

        int Length(InputColumn column) => column.Length ?? random.Next(6);

        double[][] Tokens(int count, int width) => Many(count, () => Many(width, Number));

        double[,,] Bias(int maps)
        {
            var bias = new double[maps, queries, keys];
            for (var h = 0; h < maps; h++)
                for (var i = 0; i < queries; i++)
                    for (var j = 0; j < keys; j++)
                        bias[h, i, j] = random.Next(6) == 0 ? double.NegativeInfinity : Number();
            return bias;
        }

        double Number() => random.Next(4) == 0 ? 0 : random.NextSingle() * 2 - 1;     // zeros, for the sparse buffers

        static T[] Many<T>(int count, Func<T> draw) => [.. Enumerable.Range(0, count).Select(_ => draw())];
    }

    Members ToRow(ReferenceRow row, bool isSparse)
    {
        uint[] ids = [.. (row.Ids ?? []).Select(id => id is { } known ? (uint)known + 1 : 0)];
        return new Members
        {
            A = Buffer(Flat(TokensOf("A"))),
            B = Buffer(Flat(TokensOf("B"))),
            C = Buffer(Flat(TokensOf("C"))),
            Keys = Buffer(Flat(row.Keys ?? [])),
            Values = Buffer(Flat(row.Values ?? [])),
            Mask = Buffer(row.Mask ?? []),
            Bias = Buffer<float>([.. (row.Bias ?? new double[0, 0, 0]).Cast<double>().Select(value => (float)value)]),
            Bytes = Buffer<byte>([.. ids.Select(id => (byte)id)]),
            UShorts = Buffer<ushort>([.. ids.Select(id => (ushort)id)]),
            UInts = Buffer(ids),
            ULongs = Buffer<ulong>([.. ids.Select(id => (ulong)id)]),
        };

        IEnumerable<double[]> TokensOf(string name) => row.Tokens.Where((_, t) => options.InputColumnNames[row.Columns![t]] == name);

        VBuffer<T> Buffer<T>(T[] values)
        {
            if (!isSparse)
                return new(values.Length, values);
            int[] places = [.. Enumerable.Range(0, values.Length).Where(i => !EqualityComparer<T>.Default.Equals(values[i], default))];
            return new(values.Length, places.Length, [.. places.Select(i => values[i])], places);
        }

        static float[] Flat(IEnumerable<double[]> tokens) => [.. tokens.SelectMany(token => token).Select(value => (float)value)];
    }

    InputColumn Column(string name) => columns.Single(c => c.Name == name);

    sealed class Members
    {
        public VBuffer<float> A, B, C, Keys, Values, Bias;
        public VBuffer<bool> Mask;
        public VBuffer<byte> Bytes;
        public VBuffer<ushort> UShorts;
        public VBuffer<uint> UInts;
        public VBuffer<ulong> ULongs;
    }
}

/// <summary>A column of an <see cref="InputCase"/>.</summary>
/// <param name="Name">Its name, and that of the member that holds it.</param>
/// <param name="Type">Its type.</param>
/// <param name="Length">Tokens in a row; null where it varies.</param>
/// <param name="Width">Numbers in one token; of a bias, maps in a row.</param>
sealed record InputColumn(string Name, VectorDataViewType Type, int? Length, int Width);
