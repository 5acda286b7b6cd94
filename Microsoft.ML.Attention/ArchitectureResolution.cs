using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Pipeline.Binding;

namespace Microsoft.ML.Attention;

/// <summary>Settles every size: from the options, else from the columns, else from the given parameters, else by the defaults.</summary>
static class ArchitectureResolution
{
    /// <param name="o">Checked options.</param>
    /// <param name="columns">The columns that Fit was given.</param>
    /// <param name="given">The parameters to start from, under canonical names.</param>
    /// <param name="objective">What Fit minimizes.</param>
    /// <param name="longestRow">Tokens in the longest row; asked for only when nothing else says how many positions to learn.</param>
    /// <param name="prediction">What the stage predicts.</param>
    /// <param name="hasLabelPerToken">Whether each frame has a label.</param>
    /// <exception cref="ArgumentException">The sizes do not fit each other; the message names the options, columns or tensors.</exception>
    public static Architecture Resolve(MultiHeadAttentionOptions o, BoundColumns columns, AttentionParameters? given,
        TrainingObjective objective, Func<int> longestRow, Prediction? prediction = null,
        bool hasLabelPerToken = false)
    {
        var tables = Tables(o, columns, given);
        var ids = columns.Inputs.All(c => c.HoldsIds);
        var longest = new Lazy<int>(() => columns.QueryLength ?? longestRow());
        var patches = hasLabelPerToken && o.PatchLength is null ? null : Patches(o, columns, given, longest);
        CheckKinds(o, columns, objective, patches);
        var width = Width(o, columns, given, tables, patches is not null);
        foreach (var (column, table) in tables.Of)
            CheckTable(column, (ulong)tables.Sizes[table], width);
        o = o with { NumberOfHeads = o.NumberOfHeads ?? Heads(o, width) };
        var heads = o.NumberOfHeads.Value;
        var attention = new AttentionTensors(o, heads, given);
        var headDimension = o.HeadDimension ?? attention.HeadDimension ?? DividedByHeads(o, heads, width);
        var keyValueHeads = o.NumberOfKeyValueHeads ?? attention.KeyValueHeads(headDimension) ?? heads;
        var outputWidth = o.Block == AttentionBlock.Attention ? o.OutputDimension ?? attention.OutputWidth ?? width : width;
        if (o.PositionalEncoding is PositionalEncoding.Rotary or PositionalEncoding.RotaryInterleaved && headDimension % 2 != 0)
            throw new ArgumentException($"PositionalEncoding {o.PositionalEncoding} turns pairs, but HeadDimension is {headDimension}.");

        var hasPositions = o.PositionalEncoding == PositionalEncoding.Learned
            || o.PositionalEncoding == PositionalEncoding.RelativeBuckets && given?.Find(ModuleNames.Position.Weight) is not null;
        return new Architecture
        {
            Fields = o.TokenPerElement ? Elements(columns, tables) : Fields(columns, tables),
            TableSizes = tables.Sizes,
            ModelDimension = width,
            ProjectsInputs = !ids && !o.TokenPerElement
                && (!columns.IsOneField || columns.Inputs[0].Width != width && patches is null
                    || given?.Find(ModuleNames.Input.Weight) is not null),
            ElementBins = columns.Inputs.All(c => c.HoldsIds) ? null : o.ElementBins,
            StandardizeInputs = o.ElementBins is null && columns.Tokens.Any(t => !t.Column.HoldsIds)
                && (o.StandardizeInputs ?? (given is null
                    ? objective != TrainingObjective.None
                    : Enum.GetValues<TokenRole>().Any(role => given.Find(ModuleNames.MeanOf(role)) is not null))),
            HasMaskToken = objective == TrainingObjective.MaskedReconstruction || given?.Find(ModuleNames.MaskToken) is not null,
            NumberOfHeads = heads,
            NumberOfKeyValueHeads = keyValueHeads,
            KeptHeads = o.KeptHeads,
            HeadDimension = headDimension,
            ValueHeadDimension = o.ValueHeadDimension ?? attention.ValueHeadDimension(keyValueHeads) ?? headDimension,
            OutputDimension = outputWidth,
            UseBias = o.UseBias || given is not null,
            Scale = o.Scale ?? 1 / Math.Sqrt(headDimension),
            Softcap = o.Softcap,
            IsCausal = o.IsCausal,
            HeadWindowSizes = o.HeadWindowSizes ?? (o.WindowSize is int window ? [.. Enumerable.Repeat<int?>(window, heads)] : null),
            NormalizeQueriesAndKeys = o.NormalizeQueriesAndKeys,
            PositionalEncoding = o.PositionalEncoding,
            RotaryBase = o.RotaryBase,
            MaximumLength = o.TokenPerElement ? hasPositions ? columns.Inputs.Sum(c => c.Elements) : null : o.MaximumLength
                ?? (!hasPositions ? null
                : Size(given, ModuleNames.Position.Weight, 0) - o.PositionOffset ?? (patches ?? Model.Patches.None).Tokens(longest.Value)),
            LayerWindowSizes = o.LayerWindowSizes,
            LayerRotaryBases = o.LayerRotaryBases,
            RotaryScaling = o.RotaryScaling,
            RelativeBuckets = o.PositionalEncoding == PositionalEncoding.RelativeBuckets ? Size(given, ModuleNames.RelativeBias.Weight, 0)
                ?? Defaults.RelativeBuckets : null,
            PositionOffset = o.PositionOffset,
            NumberOfTokenTypes = o.NumberOfTokenTypes,
            TokenTypesInIds = o.TokenTypesInIds,
            EmbeddingNormalization = o.EmbeddingNormalization,
            NormalizeOutput = o.NormalizeOutput,
            AddsLearnedPositions = hasPositions && o.PositionalEncoding != PositionalEncoding.Learned,
            RepeatsLastPosition = o is { PositionalEncoding: PositionalEncoding.Learned, MaximumPatches: not null, MaximumLength: null }
                && columns.QueryLength is null,
            LongerRows = o.LongerRows,
            Block = o.Block,
            NumberOfLayers = o.NumberOfLayers,
            NormalizationOrder = o.NormalizationOrder,
            Normalization = o.Normalization,
            NormalizationEpsilon = o.NormalizationEpsilon,
            FeedForwardDimension = o.FeedForwardDimension ?? Size(given, LayerScope.Of(o.NumberOfLayers, 0).Linear1.Weight, 0)
                ?? Defaults.FeedForwardMultiple * width,
            Activation = o.Activation,
            FinalNormalization = o.Block != AttentionBlock.Attention
                && (o.FinalNormalization
                    ?? (given is null
                        ? o.NormalizationOrder == NormalizationOrder.Pre && o.NumberOfLayers > 1
                        : given.Find(ModuleNames.FinalNorm.Weight) is not null)),
            Pooling = o.Pooling,
            NumberOfModels = o.Training.NumberOfModels,
            ReconstructionRounds = o.ReconstructionErrorColumnName is null ? null : (int)Math.Ceiling(1 / o.Training.MaskedFraction - 1e-9),
            StandardizeRows = o.StandardizeRows,
            FlattenedLength = o.Pooling != AttentionPooling.Flatten ? null : o.TokenPerElement
                ? columns.Inputs.Sum(c => c.Elements)
                : o.MaximumLength ?? (patches ?? Model.Patches.None).Tokens(columns.QueryLength
                ?? throw new ArgumentException("Pooling Flatten needs rows of one length, but column "
                    + $"'{columns.Inputs.First(c => c.Length is null).Name}' varies: set MaximumLength, to which shorter rows are filled "
                    + "up with zeros.")),
            ConvolutionWidth = o.ConvolutionWidth,
            PatchLength = patches?.Length,
            PatchStride = patches?.Stride,
            Prediction = prediction,
        };
    }

    /// <summary>The number of each id column's table, and the rows of each table.</summary>
    static (IReadOnlyDictionary<TokenColumn, int> Of, IReadOnlyList<int> Sizes) Tables(MultiHeadAttentionOptions o, BoundColumns columns,
        AttentionParameters? given)
    {
        var of = new Dictionary<TokenColumn, int>(ReferenceEqualityComparer.Instance);
        TokenColumn[] ids = [.. columns.Tokens.Select(t => t.Column).Where(c => c.HoldsIds)];
        foreach (var (i, column) in ids.Index())
            of[column] = o.ShareTokenTable ? 0 : i;
        if (ids.Length > 0 && o.ShareTokenTable)
            return (of, [Size(given, ModuleNames.Embedding.Weight, 0) ?? ids.Max(Ids)]);
        return (of,
            [.. ids.Select((column, i) => Size(given, ModuleNames.Embedding.Of(ids.Length, i).Weight, 0)
                ?? checked(Ids(column) * (o.TokenPerElement ? column.Elements : 1)))]);

        int Ids(TokenColumn column)
        {
            var (keys, types) = (KeyCount(column), o.TokenTypesInIds ? o.NumberOfTokenTypes!.Value : 1);
            return keys % types == 0 ? keys / types
                : throw new ArgumentException($"TokenTypesInIds: column '{column.Name}' has {keys} keys, which are not as many for each "
                    + $"of NumberOfTokenTypes {types}.");
        }
    }

    /// <summary>What rows bring: the input columns as one field where they are of one kind, otherwise each by itself;
    /// then keys and values.</summary>
    static IReadOnlyList<TokenField> Fields(BoundColumns columns,
        (IReadOnlyDictionary<TokenColumn, int> Of, IReadOnlyList<int> Sizes) tables)
    {
        var inputs = columns.IsOneField ? [columns.Inputs] : columns.Inputs.Select(c => (IReadOnlyList<TokenColumn>)[c]);
        var fields = inputs.Select(of => Field(of, TokenRole.Input))
            .Concat(columns.Tokens.Where(t => t.Role != TokenRole.Input).Select(t => Field([t.Column], t.Role)));
        return [.. fields];

        TokenField Field(IReadOnlyList<TokenColumn> of, TokenRole role)
        {
            var length = role == TokenRole.Input && !columns.IsOneField ? of[0].Length : null;
            return of[0].HoldsIds ? TokenField.OfIds([.. of.Select(c => tables.Of[c])], role, length) : new(of[0].Width, role, length);
        }
    }

    /// <summary>The same where each element is a token: all numbers as one field, all ids as another.</summary>
    static IReadOnlyList<TokenField> Elements(BoundColumns columns,
        (IReadOnlyDictionary<TokenColumn, int> Of, IReadOnlyList<int> Sizes) tables)
    {
        TokenColumn[] numbers = [.. columns.Inputs.Where(c => !c.HoldsIds)], ids = [.. columns.Inputs.Where(c => c.HoldsIds)];
        List<TokenField> fields = [];
        if (numbers.Length > 0)
            fields.Add(new(numbers.Sum(c => c.Elements), Length: 1)
            {
                Elements = [.. numbers.Select(c => c.Elements)],
                Columns = IndicesOf(numbers)
            });
        if (ids.Length > 0)
            fields.Add(TokenField.OfIds([.. ids.Select(c => tables.Of[c])], length: ids.Sum(c => c.Elements)) with
            {
                Elements = [.. ids.Select(c => c.Elements)],
                Columns = IndicesOf(ids)
            });
        return fields;

        int[] IndicesOf(TokenColumn[] of) =>
            [.. columns.Inputs.Index().Where(c => of.Contains(c.Item, ReferenceEqualityComparer.Instance)).Select(c => c.Index)];
    }

    /// <summary>What options say that the kinds of the columns contradict.</summary>
    static void CheckKinds(MultiHeadAttentionOptions o, BoundColumns columns, TrainingObjective objective, Patches? patches)
    {
        var first = columns.Inputs[0].Name;
        var ids = columns.Inputs.All(c => c.HoldsIds);
        if (o.ReconstructionErrorColumnName is { } error
            && (columns.Inputs.Any(c => c.HoldsIds) || !columns.IsOneField || patches is not null))
            throw new ArgumentException($"ReconstructionErrorColumnName '{error}' is the error of single frames of numbers, but "
                + (columns.Inputs.FirstOrDefault(c => c.HoldsIds) is { } read ? $"column '{read.Name}' holds token ids."
                    : patches is not null ? "patches are read out together."
                    : "the input columns have tokens of different widths."));
        if (ids && o.EmbeddingDimension is int dimension)
            throw new ArgumentException($"EmbeddingDimension {dimension} contradicts column '{first}', which holds token ids; set "
                + "ModelDimension, the width of their table.");
        if (o.KeyDimension is int keys && columns.Keys is { HoldsIds: true })
            throw new ArgumentException($"KeyDimension {keys} contradicts column '{columns.Keys.Name}', which holds token ids; set "
                + "ModelDimension, the width of their table.");
        if (o.ValueDimension is int values && columns.Values is { HoldsIds: true })
            throw new ArgumentException($"ValueDimension {values} contradicts column '{columns.Values.Name}', which holds token ids; set "
                + "ModelDimension, the width of their table.");
        if (o.ShareTokenTable && columns.Tokens.All(t => !t.Column.HoldsIds))
            throw new ArgumentException(
                $"ShareTokenTable needs columns of token ids, but column '{first}' is {columns.Inputs[0].Column.Type}.");
        if (o.TokenTypesInIds && (!ids || columns.Inputs.Count > 1 && !o.ShareTokenTable))
            throw new ArgumentException(ids ? "TokenTypesInIds needs one table of token ids: set ShareTokenTable for the input columns."
                : $"TokenTypesInIds needs columns of token ids, but column '{columns.Inputs.First(c => !c.HoldsIds).Name}' is "
                    + $"{columns.Inputs.First(c => !c.HoldsIds).Column.Type}.");
        if (o.StandardizeInputs == true && columns.Tokens.All(t => t.Column.HoldsIds))
            throw new ArgumentException($"StandardizeInputs contradicts column '{first}', which holds token ids.");
        if (ids && o.StandardizeRows)
            throw new ArgumentException($"StandardizeRows contradicts column '{first}', which holds token ids.");
        if (ids && o.Training.Augmentation.ChangesNumbers)
            throw new ArgumentException($"Jitter, Scaling, Shifting and Mixup change numbers, but column '{first}' holds token ids.");
        if (o.Training.Augmentation.Mixup > 0 && columns.Inputs.FirstOrDefault(c => c.HoldsIds) is { } unmixed)
            throw new ArgumentException($"Mixup mixes numbers, but column '{unmixed.Name}' holds keys: set it to 0.");
        if (o.TokenPerElement)
            return;
        if (!columns.IsOneField && o.Training.Augmentation.Cropping > 0)
            throw new ArgumentException(
                FormattableString.Invariant(
                    $"Cropping {o.Training.Augmentation.Cropping} cuts one sequence, but the input columns have tokens of different widths."));
        if (!columns.IsOneField && o.MaximumLength is int most
            && (patches ?? Model.Patches.None).Tokens(columns.QueryLength!.Value) is var tokens && tokens > most)
            throw new ArgumentException(
                $"MaximumLength {most} is fewer than the {tokens} tokens that the input columns have in every row.");
        if (objective != TrainingObjective.MaskedReconstruction)
            return;
        if (!columns.IsOneField && columns.Inputs.Any(c => c.HoldsIds))
            throw new ArgumentException("MaskedReconstruction reads out numbers or token ids, but the input columns hold both; set "
                + "LabelColumnName, or Objective None for a seeded draw.");
        if (o.PatchLength is not null && (ids || !columns.IsOneField))
            throw new ArgumentException(ids
                ? $"MaskedReconstruction reads numbers out of patches: PatchLength contradicts column '{first}', which holds token ids; "
                    + "set LabelColumnName, or no PatchLength."
                : "MaskedReconstruction reads patches of one width out: PatchLength contradicts input columns of several widths; set "
                    + "LabelColumnName, or no PatchLength.");
    }

    /// <summary>The width inside the block.</summary>
    static int Width(MultiHeadAttentionOptions o, BoundColumns columns, AttentionParameters? given,
        (IReadOnlyDictionary<TokenColumn, int>, IReadOnlyList<int> Sizes) tables, bool isPatched)
    {
        var hasIds = tables.Sizes.Count > 0;
        var model = o.ModelDimension ?? Size(given, ModuleNames.Embedding.Of(Math.Max(tables.Sizes.Count, 1), 0).Weight, 1);
        if (o.TokenPerElement)
            return model ?? Size(given, ModuleNames.Element.Weight, 1)
                ?? throw new ArgumentException("TokenPerElement needs a ModelDimension, the width of the token that each element becomes.");
        if (columns.Inputs.FirstOrDefault(c => c.HoldsIds) is { } ids)
            return model
                ?? throw new ArgumentException($"Column '{ids.Name}' holds token ids: set ModelDimension, the width of their table.");
        if (!columns.IsOneField)
            return model ?? Size(given, ModuleNames.Input[0].Weight, 0)
                ?? throw new ArgumentException("The input columns have tokens of different widths "
                    + $"({string.Join(", ", columns.Inputs.Select(c => $"'{c.Name}' {c.Width}"))}): set ModelDimension, to which each is "
                    + "projected.");
        if (o.Block != AttentionBlock.Attention || isPatched || hasIds)
            return model ?? Size(given, ModuleNames.Patch.Weight, 0) ?? Size(given, ModuleNames.Input.Weight, 0) ?? columns.Inputs[0].Width;
        return o.ModelDimension is null ? columns.Inputs[0].Width
            : throw new ArgumentException($"ModelDimension {o.ModelDimension} needs a Block; with Block Attention set OutputDimension "
                + "for the width of the output, HeadDimension for that of the heads.");
    }

    /// <summary>Null where each frame is a token.</summary>
    static Patches? Patches(MultiHeadAttentionOptions o, BoundColumns columns, AttentionParameters? given, Lazy<int> longest)
    {
        if (o.PatchLength is int length)
            return new(length, o.PatchStride ?? length);
        if (o.MaximumPatches is not int most || columns.Inputs is not [{ HoldsIds: false }] || columns.Keys is not null)
            return null;
        if (given is not null)
            return Size(given, ModuleNames.Patch.Weight, 1) / columns.Inputs[0].Width is int frames and > 0
                ? new(frames, (frames + 1) / 2)
                : null;
        var stride = (longest.Value + most - 1) / most;
        return stride == 1 ? null : new(2 * stride, stride);
    }

    static int KeyCount(TokenColumn ids)
    {
        CheckTable(ids, ids.KeyCount ?? 0, 1);
        return ids.KeyCount is > 0 and <= int.MaxValue ? (int)ids.KeyCount : throw new ArgumentException(
            $"Column '{ids.Name}' is {ids.Column.Type}, which does not say how many token ids there are: map it with MapValueToKey.");
    }

    static void CheckTable(TokenColumn ids, ulong rows, int width)
    {
        if (rows < uint.MaxValue && rows * (ulong)width > (ulong)Array.MaxLength)
            throw new ArgumentException(
                $"Column '{ids.Name}' is {ids.Column.Type}: a table of {rows} token ids by {width} has more numbers than "
                + $"the {Array.MaxLength} of an array. Map or hash to fewer keys (Hash's numberOfBits), or set a smaller ModelDimension.");
    }

    /// <summary>The largest of 8, 4, 2 and 1 that divides the width and suits what else is given.</summary>
    static int Heads(MultiHeadAttentionOptions o, int width)
    {
        if (o.HeadWindowSizes is { } windows)
            return windows.Count;
        var turns = o.PositionalEncoding is PositionalEncoding.Rotary or PositionalEncoding.RotaryInterleaved && o.HeadDimension is null;
        int[] fitting = [.. new[] { 8, 4, 2, 1 }.Where(h =>
            width % h == 0 && h % (o.NumberOfKeyValueHeads ?? 1) == 0 && !(turns && width / h % 2 != 0))];
        return fitting.Length > 0 ? fitting[0] : o.NumberOfKeyValueHeads ?? 1;
    }

    static int DividedByHeads(MultiHeadAttentionOptions o, int heads, int width)
    {
        var what = o.ModelDimension is null ? "EmbeddingDimension" : "ModelDimension";
        return width % heads == 0 ? width / heads
            : throw new ArgumentException(
                $"{what} {width} is not a multiple of NumberOfHeads {heads}; set HeadDimension to choose the size of a head.");
    }

    static int? Size(AttentionParameters? given, string name, int axis) =>
        given?.Find(name) is { } tensor && tensor.Shape.Count > axis ? checked((int)tensor.Shape[axis]) : null;

    /// <summary>What the given tensors say about the heads: those of the first layer that has any.</summary>
    sealed class AttentionTensors
    {
        readonly int _all;
        readonly AttentionParameters? _given;
        readonly AttentionScope _scope;
        readonly IReadOnlyList<int> _heads;

        public AttentionTensors(MultiHeadAttentionOptions o, int heads, AttentionParameters? given)
        {
            (_all, _given) = (heads, given);
            var layer = o.KeptHeads?.Index().FirstOrDefault(kept => kept.Item.Count > 0).Index ?? 0;
            _scope = LayerScope.Of(o.NumberOfLayers, layer).Attention(o.Block);
            _heads = o.KeptHeads?[layer] ?? [.. Enumerable.Range(0, heads)];
        }

        public int? HeadDimension => Divided(Rows(_scope.InProjection) / 3 ?? Rows(_scope.QueryProjection), _heads.Count);

        public int? OutputWidth => Rows(_scope.OutProjection);

        /// <summary>Null where heads were pruned: their tensors do not say how many there were.</summary>
        public int? KeyValueHeads(int headDimension) =>
            _heads.Count == _all && Divided(Rows(_scope.KeyProjection), headDimension) is int count && count > 0 && _all % count == 0
                ? count
                : null;

        public int? ValueHeadDimension(int keyValueHeads) =>
            Divided(Rows(_scope.InProjection) / 3 ?? Rows(_scope.ValueProjection),
                new HeadLayout(_heads, _all / keyValueHeads).KeyValueHeads.Count);

        int? Rows(TensorScope projection) => Size(_given, projection.Weight, 0);

        static int? Divided(int? rows, int count) => rows is int all && count > 0 && all % count == 0 ? all / count : null;
    }
}
