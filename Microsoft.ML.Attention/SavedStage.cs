using System.Reflection;
using System.Text.Json.Serialization;
using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Model.Parameters;
using Microsoft.ML.Attention.Options;

namespace Microsoft.ML.Attention;

/// <summary>
/// What a model file says of a stage, checked before anything is made of it: every size by the tensors that are there, as memory and time
/// go by sizes, and what the entries say twice by each other.
/// </summary>
sealed class SavedStage
{
    public const string OptionsEntry = "options.json", ArchitectureEntry = "architecture.json", TrainingEntry = "training.json",
        ParametersEntry = "parameters.safetensors",
        LabelsEntry = "labels.idv";

    /// <summary>Sizes that a file may have whatever its tensors are: of heads that were pruned, none may be left.</summary>
    const int AlwaysAllowed = 1 << 16;

    readonly Architecture _a;
    readonly MultiHeadAttentionOptions _o;
    readonly AttentionParameters _tensors;
    readonly long _largest;

    SavedStage(Architecture architecture, MultiHeadAttentionOptions options, AttentionParameters tensors)
    {
        (_a, _o, _tensors) = (architecture, options, tensors);
        _largest = tensors.All.SelectMany(tensor => tensor.Value.Shape).Append(1).Max();
    }

    /// <summary>The stage's tensors, in the order and the number that its architecture has.</summary>
    /// <exception cref="InvalidDataException">The entries are no stage's; the message names the entry,
    /// the field and what was needed.</exception>
    public static AttentionParameters Check(Architecture architecture, MultiHeadAttentionOptions options, AttentionParameters tensors)
    {
        var saved = new SavedStage(architecture, options, tensors);
        saved.CheckSizes();
        saved.CheckLists();
        saved.CheckNumbers();
        saved.CheckOptions();
        try
        {
            return ParameterResolution.Resolve(architecture, tensors, draw: null);
        }
        catch (ArgumentException e)
        {
            throw Damaged($"its entries '{ArchitectureEntry}' and '{ParametersEntry}' do not fit: {e.Message}", e);
        }
    }

    public static InvalidDataException Damaged(string how, Exception? cause = null) => new($"The model file is damaged: {how}", cause);

    void CheckSizes()
    {
        Size(_a.ModelDimension, nameof(_a.ModelDimension));
        Size(_a.OutputDimension, nameof(_a.OutputDimension));
        Size(_a.NumberOfHeads, nameof(_a.NumberOfHeads));
        Size(_a.NumberOfKeyValueHeads, nameof(_a.NumberOfKeyValueHeads));
        Size(_a.HeadDimension, nameof(_a.HeadDimension));
        Size(_a.ValueHeadDimension, nameof(_a.ValueHeadDimension));
        if (_a.HasPositionTable)
            Size(_a.MaximumLength, nameof(_a.MaximumLength));
        Require(_a.MaximumLength is null or >= 1, nameof(_a.MaximumLength), _a.MaximumLength, "it is at least 1");
        Require(_a.PositionOffset >= 0 && _a.PositionOffset <= Math.Max(AlwaysAllowed, _largest), nameof(_a.PositionOffset),
            _a.PositionOffset, $"no dimension of a tensor is above {_largest}");
        Size(_a.RelativeBuckets, nameof(_a.RelativeBuckets));
        Require(_a.PositionalEncoding != PositionalEncoding.RelativeBuckets
            || _a.RelativeBuckets is not null, nameof(_a.RelativeBuckets), "null", "relative positions have some");
        Size(_a.NumberOfTokenTypes, nameof(_a.NumberOfTokenTypes));
        Require(_a.ReconstructionRounds is null or >= 1 and <= OptionsValidation.MostRounds, nameof(_a.ReconstructionRounds),
            _a.ReconstructionRounds,
            $"there are at most {OptionsValidation.MostRounds}");
        Size(_a.PatchLength, nameof(_a.PatchLength));
        Size(_a.PatchStride, nameof(_a.PatchStride));
        Size(_a.ConvolutionWidth, nameof(_a.ConvolutionWidth));
        Size(_a.ElementBins, nameof(_a.ElementBins));
        Require(_a.ElementBins is null || _a.ElementTokens is not null && !_a.StandardizeInputs, nameof(_a.ElementBins), _a.ElementBins,
            "the elements of a table have them, and are not standardized");
        Require(_a.PatchStride is null
            || _a.PatchLength is not null, nameof(_a.PatchStride), _a.PatchStride, "there is a PatchLength beside it");
        Require(_a.ConvolutionWidth is null || _a.ConvolutionWidth % 2 == 1, nameof(_a.ConvolutionWidth), _a.ConvolutionWidth, "it is odd");
        if (_a.Block == AttentionBlock.Encoder)
            Size(_a.FeedForwardDimension, nameof(_a.FeedForwardDimension));
        else
            Require(_a.FeedForwardDimension >= 1
                && _a.FeedForwardDimension <= Defaults.FeedForwardMultiple * Math.Max(AlwaysAllowed, _largest),
                nameof(_a.FeedForwardDimension),
                _a.FeedForwardDimension, $"it is at least 1, and no dimension of a tensor is above {_largest}");
        var most = Math.Max(1, _tensors.Names.Count);
        Require(_a.NumberOfModels >= 1
            && _a.NumberOfModels <= most, nameof(_a.NumberOfModels), _a.NumberOfModels, $"there are {most} tensors, one for each at least");
        Require(_a.NumberOfLayers >= 1 && (long)_a.NumberOfLayers * _a.NumberOfModels <= most, nameof(_a.NumberOfLayers), _a.NumberOfLayers,
            $"there are {most} tensors, one for each at least");
        Require(_a.NumberOfHeads % _a.NumberOfKeyValueHeads == 0, nameof(_a.NumberOfKeyValueHeads), _a.NumberOfKeyValueHeads,
            $"they divide the {_a.NumberOfHeads} heads");
        Require((long)_a.NumberOfHeads * Math.Max(_a.HeadDimension, _a.ValueHeadDimension) <= Math.Max(_largest, int.MaxValue / 8),
            nameof(_a.NumberOfHeads), _a.NumberOfHeads,
            $"no tensor has room for as many of {_a.HeadDimension} numbers");
        Require(!_a.HasPositionTable || _a.MaximumLength is not null, nameof(_a.MaximumLength), "null", "learned positions have one");
        Require(_a.PositionOffset >= 0
            && _a.PositionOffset <= Math.Max(AlwaysAllowed, _largest), nameof(_a.PositionOffset), _a.PositionOffset,
            $"it is at least 0, and no dimension of a tensor is above {_largest}");
        Size(_a.NumberOfTokenTypes, nameof(_a.NumberOfTokenTypes));
        Size(_a.RelativeBuckets, nameof(_a.RelativeBuckets));
        Require(_a.PositionalEncoding != PositionalEncoding.RelativeBuckets
            || _a.RelativeBuckets is not null, nameof(_a.RelativeBuckets), "null", "relative positions have some");
        Require(!_a.UsesRotary || _a.HeadDimension % 2 == 0, nameof(_a.HeadDimension), _a.HeadDimension,
            $"{_a.PositionalEncoding} positions turn pairs");
    }

    void CheckLists()
    {
        CheckFields();
        if (_a.HeadWindowSizes is { } windows)
            Require(windows.Count == _a.NumberOfHeads && !windows.Any(window => window < 0), nameof(_a.HeadWindowSizes), windows,
                $"each of {_a.NumberOfHeads} heads has one, from 0 on, or null");
        if (_a.LayerWindowSizes is { } layers)
            Require(layers.Count == _a.NumberOfLayers && !layers.Any(window => window < 0), nameof(_a.LayerWindowSizes), layers,
                $"each of {_a.NumberOfLayers} layers has one, from 0 on, or null");
        if (_a.LayerRotaryBases is { } bases)
            Require(bases.Count == _a.NumberOfLayers
                && bases.All(rotaryBase => IsSingle(rotaryBase) && rotaryBase > 0), nameof(_a.LayerRotaryBases), bases,
                $"each of {_a.NumberOfLayers} layers has one above 0");
        if (_a.KeptHeads is not { } kept)
            return;
        Require(kept.Count == _a.NumberOfLayers, nameof(_a.KeptHeads), kept, $"each of {_a.NumberOfLayers} layers has a list");
        foreach (var heads in kept)
            Require(heads.Index().All(head => head.Item >= 0 && head.Item < _a.NumberOfHeads
                && (head.Index == 0 || head.Item > heads[head.Index - 1])), nameof(_a.KeptHeads), heads,
                $"heads are in ascending order and below {_a.NumberOfHeads}");
    }

    void CheckFields()
    {
        Require(_a.Fields.All(field => field is not null), nameof(_a.Fields), _a.Fields, "each is one");
        foreach (var size in _a.TableSizes)
            Size(size, nameof(_a.TableSizes));
        Require(_a.TableSizes.Sum(size => (long)size) <= int.MaxValue, nameof(_a.TableSizes), _a.TableSizes,
            "ids of all tables are counted together");
        var inputs = _a.Inputs;
        Require(!_a.TokenTypesInIds || _a is { NumberOfTokenTypes: >= 1, TableSizes.Count: 1, Keys: null, PatchLength: null }
            && inputs.All(input => input is { HoldsIds: true, IsPerElement: false })
            && (long)_a.TableSizes[0] * _a.NumberOfTokenTypes.Value <= int.MaxValue, nameof(_a.TokenTypesInIds), _a.NumberOfTokenTypes,
            "ids of one table tell types");
        Require(inputs.Count > 0, nameof(_a.Fields), _a.Fields, "there is an input");
        foreach (var field in _a.Fields)
        {
            Defined(field.Role, nameof(_a.Fields));
            Size(field.Width, nameof(_a.Fields));
            Require(field.Length is null or >= 0, nameof(_a.Fields), field, "lengths are at least 0");
            Require(!field.HoldsIds || field.Width == 1
                && field.Tables.All(table => table >= 0 && table < _a.TableSizes.Count), nameof(_a.Fields), field,
                $"ids are of one of {_a.TableSizes.Count} tables");
        }
        foreach (var role in (TokenRole[])[TokenRole.Key, TokenRole.Value])
            Require(_a.Fields.Count(field => field.Role == role) <= 1, nameof(_a.Fields), _a.Fields, $"there is one {role} at most");
        Require(_a.Values is null || _a.Keys is not null, nameof(_a.Fields), _a.Fields, "values have keys");
        Require(inputs.Count == 1
            || inputs.All(input => input.Length is not null), nameof(_a.Fields), _a.Fields, "each of several inputs has a length");
        CheckElements(inputs);
        var frames = inputs.Sum(input => (long)(input.Length ?? 0));
        Require(inputs.Count == 1 || frames <= int.MaxValue
            && _a.Kept((int)frames).Equals(0..(int)frames), nameof(_a.MaximumLength), _a.MaximumLength,
            $"the {frames} frames that every row has are more tokens");
        Require(_a.ElementTokens is not null || _a.ProjectsInputs || inputs.Count == 1 && _a.PatchLength is not null
            || inputs.All(input => input.HoldsIds || input.Width == _a.ModelDimension), nameof(_a.Fields),
            _a.Fields, $"nothing brings the inputs to the {_a.ModelDimension} of the block");
    }

    /// <summary>Of each element a token: all inputs, of whole columns, each once.</summary>
    void CheckElements(IReadOnlyList<TokenField> inputs)
    {
        if (_a.Fields.All(field => !field.IsPerElement && field.Columns.Count == 0))
            return;
        Require(_a.Fields.Count == inputs.Count && inputs.All(input => input.IsPerElement), nameof(_a.Fields), _a.Fields,
            "all inputs are of elements, and there are no keys and values");
        foreach (var input in inputs)
        {
            Require(input.Elements.All(count => count >= 1) && input.Elements.Sum(count => (long)count) is var all
                && (input.HoldsIds ? all == input.Length : all == input.Width && input.Length == 1),
                nameof(_a.Fields), input, "its elements are those of its columns");
            Require(input.Columns.Count == input.Elements.Count && (!input.HoldsIds || input.Tables.Count == input.Elements.Count),
                nameof(_a.Fields), input, "each of its columns has elements");
            for (var column = 0; column < input.Tables.Count; column++)
                Require(_a.TableSizes[input.Tables[column]] % input.Elements[column] == 0, nameof(_a.TableSizes), _a.TableSizes,
                    "a table has as many rows for each element of its column");
        }
        var columns = inputs.SelectMany(input => input.Columns).Order();
        Require(columns.SequenceEqual(Enumerable.Range(0, inputs.Sum(input => input.Columns.Count))), nameof(_a.Fields), _a.Fields,
            "each column is in one of them");
    }

    void CheckNumbers()
    {
        Require(IsSingle(_a.Scale) && (float)_a.Scale > 0, nameof(_a.Scale), _a.Scale, "it is above 0");
        Require(_a.Softcap is not { } cap || IsSingle(cap) && (float)cap > 0, nameof(_a.Softcap), _a.Softcap, "it is above 0");
        Require(IsSingle(_a.RotaryBase) && _a.RotaryBase > 0, nameof(_a.RotaryBase), _a.RotaryBase, "it is above 0");
        if (_a.RotaryScaling is { } scaling)
            Require(IsSingle(scaling.Factor) && scaling is { Factor: >= 1, OriginalLength: >= 1, LowFrequencyFactor: > 0 }
                && IsSingle(scaling.HighFrequencyFactor)
                && scaling.HighFrequencyFactor > scaling.LowFrequencyFactor, nameof(_a.RotaryScaling), scaling,
                "Factor and OriginalLength are at least 1, and 0, the low and the high factor ascend");
        Require(IsSingle(_a.NormalizationEpsilon)
            && _a.NormalizationEpsilon > 0, nameof(_a.NormalizationEpsilon), _a.NormalizationEpsilon, "it is above 0");
        if (_a.Prediction is { } prediction)
        {
            Defined(prediction.Kind, nameof(_a.Prediction));
            Size(prediction.Size, nameof(_a.Prediction));
            Require(prediction.Kind != LabelKind.Boolean
                || prediction.Size == 1, nameof(_a.Prediction), prediction, "true and false are one number");
        }
        Defined(_a.LongerRows, nameof(_a.LongerRows));
        Defined(_a.Block, nameof(_a.Block));
        Defined(_a.Pooling, nameof(_a.Pooling));
        Require(_a.Pooling != AttentionPooling.Flatten || _a.FlattenedLength is >= 1
            && _a.FlattenedLength <= int.MaxValue / 8 / _a.OutputDimension, nameof(_a.FlattenedLength), _a.FlattenedLength,
            "pooling Flatten gives as many tokens");
        Defined(_a.PositionalEncoding, nameof(_a.PositionalEncoding));
        Defined(_a.NormalizationOrder, nameof(_a.NormalizationOrder));
        Defined(_a.Normalization, nameof(_a.Normalization));
        Defined(_a.Activation, nameof(_a.Activation));
        Require(_a.Block != AttentionBlock.Attention
            || _a.NumberOfLayers == 1, nameof(_a.NumberOfLayers), _a.NumberOfLayers, "Block Attention is one layer");
        Require(!_a.IsCrossAttention
            || _a.NumberOfLayers == 1, nameof(_a.NumberOfLayers), _a.NumberOfLayers, "cross-attention is one layer");
    }

    static bool IsSingle(double number) => float.IsFinite((float)number);

    void CheckOptions()
    {
        Agrees("itself", () => OptionsValidation.Check(_o with { Parameters = _tensors }));
        if (_a.Prediction is { } prediction)
            Agrees($"its entry '{ArchitectureEntry}'", () =>
                PredictionResolution.CheckColumns(_o, prediction.Kind, $"{nameof(_a.Prediction)} is"));
        Same(_o.Predicts, "columns of predictions", _a.Prediction is not null, nameof(_a.Prediction));
        Same(_o.ReconstructionErrorColumnName is not null, $"{nameof(_o.ReconstructionErrorColumnName)} set",
            _a.ReconstructionRounds is not null, nameof(_a.ReconstructionRounds));
        Same(_o.NumberOfHeads ?? _a.NumberOfHeads, nameof(_o.NumberOfHeads), _a.NumberOfHeads, nameof(_a.NumberOfHeads));
        Same(_o.NumberOfLayers, nameof(_o.NumberOfLayers), _a.NumberOfLayers, nameof(_a.NumberOfLayers));
        Same(_o.Block, nameof(_o.Block), _a.Block, nameof(_a.Block));
        Same(_o.Pooling, nameof(_o.Pooling), _a.Pooling, nameof(_a.Pooling));
        Same(_o.KeyColumnName is not null, $"{nameof(_o.KeyColumnName)} set", _a.IsCrossAttention, nameof(_a.IsCrossAttention));
        Same(_o.Training.NumberOfModels, nameof(_o.Training.NumberOfModels), _a.NumberOfModels, nameof(_a.NumberOfModels));
        var columns = _a.ElementTokens is not null ? _a.Inputs.Sum(input => input.Columns.Count) : _a.Inputs.Count > 1
            ? _a.Inputs.Count
            : _a.Inputs[0].HoldsIds ? _a.Inputs[0].Tables.Count : _o.InputColumnNames.Count;
        Same(_o.InputColumnNames.Count, $"{nameof(_o.InputColumnNames)}.Count", columns, $"{nameof(_a.Fields)}, whose columns are");
    }

    static void Agrees(string with, Action check)
    {
        try
        {
            check();
        }
        catch (ArgumentException e)
        {
            throw Damaged($"its entry '{OptionsEntry}' contradicts {with}: {e.Message}", e);
        }
    }

    void Size(long? size, string field)
    {
        var most = Math.Max(AlwaysAllowed, _largest);
        if (size is not null)
            Require(size >= 1 && size <= most, field, size, $"it is at least 1, and no dimension of a tensor is above {_largest}");
    }

    static void Defined<T>(T value, string field)
        where T : struct, Enum => Require(Enum.IsDefined(value), field, value, $"it is one of {string.Join(", ", Enum.GetNames<T>())}");

    static void Same<T>(T option, string optionName, T size, string field) where T : struct
    {
        if (!option.Equals(size))
            throw Damaged(FormattableString.Invariant(
                $"its entry '{OptionsEntry}' has {optionName} {option}, its entry '{ArchitectureEntry}' {Saved(field)} {size}."));
    }

    static void Require(bool holds, string field, object? value, string needed)
    {
        if (!holds)
            throw Damaged(FormattableString.Invariant($"its entry '{ArchitectureEntry}' has {Saved(field)} {value}, where {needed}."));
    }

    /// <summary>What the file calls a field.</summary>
    static string Saved(string field) =>
        typeof(Architecture).GetProperty(field)?.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? field;
}
