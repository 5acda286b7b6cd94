using Microsoft.ML.Attention.Pipeline;
using Microsoft.ML.Data;
using Kind = Microsoft.ML.SchemaShape.Column.VectorKind;

namespace Microsoft.ML.Attention.Text.Pipeline;

/// <summary>From texts to the ids of their tokens, as keys that know their texts.</summary>
sealed class TokenizingTransformer(PretrainedTransformerOptions options, PretrainedTextModel model) : ITransformer
{
    public PretrainedTransformerOptions Options => options;

    public bool IsRowToRowMapper => true;

    public static string TokensColumnName(PretrainedTransformerOptions options) => $"{options.OutputColumnName}.Tokens";

    /// <summary>Whether the types of tokens are told by their keys, which then count through the vocabulary once for each.</summary>
    public static bool TellsTypes(PretrainedTransformerOptions options, PretrainedTextModel model) =>
        options.SecondInputColumnName is not null && model.TellsTextsByType;

    int Keys => model.Vocabulary * (TellsTypes(options, model) ? model.Options.NumberOfTokenTypes!.Value : 1);

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Bind(inputSchema).OutputSchema;

    public IDataView Transform(IDataView input) => new TokenizedView(input, Bind(input.Schema));

    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => new TokenizedMapper(Bind(inputSchema));

    /// <summary>Not on its own: the stage that has it saves what it needs.</summary>
    void ICanSaveModel.Save(ModelSaveContext ctx) => throw new NotSupportedException("A tokenizer is saved with its stage.");

    /// <exception cref="ArgumentException">A column is missing, or holds no texts.</exception>
    public static SchemaShape Append(SchemaShape input, PretrainedTransformerOptions options)
    {
        foreach (var name in Inputs(options))
        {
            if (!input.Any(c => c.Name == name))
                throw new ArgumentException($"There is no column '{name}'. There are: {string.Join(", ", input.Select(c => c.Name))}.");
            if (input.First(c => c.Name == name) is var column
                && (column.Kind != Kind.Scalar || column.ItemType != TextDataViewType.Instance))
                throw new ArgumentException($"Column '{name}' is {(column.Kind == Kind.Scalar ? "" : "a vector of ")}{column.ItemType}, "
                    + "but a pretrained transformer needs a text.");
        }
        var values = new SchemaShape([MLNetInternals.NewColumn("KeyValues", Kind.Vector, TextDataViewType.Instance, false, null)]);
        var tokens = TokensColumnName(options);
        return new SchemaShape([.. input.Where(c => c.Name != tokens),
            MLNetInternals.NewColumn(tokens, Kind.VariableVector, NumberDataViewType.UInt32, true, values)]);
    }

    static string[] Inputs(PretrainedTransformerOptions options) =>
        options.SecondInputColumnName is { } second ? [options.InputColumnName, second] : [options.InputColumnName];

    TokenizedColumns Bind(DataViewSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        DataViewSchema.Column[] columns = [.. Inputs(options).Select(name => schema.GetColumnOrNull(name)
            ?? throw new ArgumentException(
                $"There is no column '{name}'. There are: {string.Join(", ", schema.Select(c => c.Name).Distinct())}."))];
        if (columns.FirstOrDefault(column => column.Type != TextDataViewType.Instance) is { Type: not null } wrong)
            throw new ArgumentException($"Column '{wrong.Name}' is {wrong.Type}, but a pretrained transformer needs a text.");
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(schema);
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add<VBuffer<ReadOnlyMemory<char>>>("KeyValues", new VectorDataViewType(TextDataViewType.Instance, Keys), CopyTokens);
        builder.AddColumn(TokensColumnName(options), new VectorDataViewType(new KeyDataViewType(typeof(uint), Keys)),
            annotations.ToAnnotations());
        return new TokenizedColumns(schema, builder.ToSchema(), columns, Tokenize);
    }

    void CopyTokens(ref VBuffer<ReadOnlyMemory<char>> texts)
    {
        var editor = VBufferEditor.Create(ref texts, Keys);
        for (var id = 0; id < Keys; id++)
            editor.Values[id] = model.TokenOf(id % model.Vocabulary).AsMemory();
        texts = editor.Commit();
    }

    int[] Tokenize(string text, string? second)
    {
        var (ids, types) = model.Encode(options.Prefix + text, second, options.MaximumTokens ?? model.MaximumTokens);
        if (TellsTypes(options, model))
            for (var t = 0; t < ids.Length; t++)
                ids[t] += types[t] * model.Vocabulary;
        return ids;
    }
}
