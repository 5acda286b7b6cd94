using Microsoft.ML.Attention.Model.Parameters;
using Microsoft.ML.Attention.Rows;

namespace Microsoft.ML.Attention.Training;

/// <summary>Makes the rows of a step out of those that were read. Its memory serves every step.</summary>
sealed class Augmenter
{
    readonly TrainingAugmentation _how;
    readonly Survey _survey;
    readonly int _leastTokens;
    LabelledRows? _changed;
    float[] _mean = [], _deviation = [];

    Augmenter(TrainingAugmentation how, Survey survey, int leastTokens) => (_how, _survey, _leastTokens) = (how, survey, leastTokens);

    /// <param name="how">How rows are changed.</param>
    /// <param name="survey">What is known of all rows.</param>
    /// <param name="leastTokens">Tokens that a row keeps.</param>
    /// <returns>Null where they are not.</returns>
    public static Augmenter? Of(TrainingAugmentation how, Survey survey, int leastTokens) =>
        how.ChangesNumbers || how.DropsTokens ? new(how, survey, leastTokens) : null;

    /// <summary>Some rows of a chunk, changed; valid until the next are.</summary>
    public LabelledRows Change(LabelledRows chunk, ArraySegment<int> members, Random random)
    {
        _changed ??= Begin(chunk);
        _changed.Clear();
        var others = members.ToArray();
        if (_how.Mixup > 0)
            random.Shuffle(others);
        foreach (var (row, other) in members.Zip(others))
        {
            var share = _how.Mixup > 0 ? Mixup.Share(_how.Mixup, random) : 1;
            _changed.AddLabelOf(chunk, row, Change(chunk.Rows, row, (other, share), _changed.Rows, random));
            if (_how.Mixup > 0)
                _changed.AddOtherLabelOf(chunk, other, (float)share);
        }
        return _changed;
    }

    LabelledRows Begin(LabelledRows chunk)
    {
        var layout = chunk.Rows.Layout;
        if (_how.MovesNumbers)
            (_mean, _deviation) = (_survey.Standardization(layout).First().Mean, _survey.Deviations(layout));
        return new LabelledRows(layout with { HasMask = layout.HasMask || _how.HiddenFrames > 0 })
        {
            LabelsPerToken = chunk.LabelsPerToken,
            RowsOfExample = chunk.RowsOfExample,
        };
    }

    /// <summary>Adds a row, and says which of its tokens were kept.</summary>
    Range Change(RaggedRows rows, int row, (int Row, double Share) other, RaggedRows changed, Random random)
    {
        var kept = Crop(rows, row, random);
        var length = kept.End.Value - kept.Start.Value;
        var first = 0;                                                                          // element of all fields' tokens
        var firstFrame = 0;                                                                     // of the field, in the row
        foreach (var (field, target) in rows.Fields.Zip(changed.Fields))
        {
            var copied = target.Append(field, row, rows.Layout.Inputs == 1 ? kept : ..);         // several columns are never cropped
            if (other.Share < 1 && !copied.IsEmpty)
                Mixup.Mix(copied, other.Share, rows, other.Row, field, rows.Layout.Inputs == 1 ? kept.Start.Value : 0, firstFrame);
            if (_how.MovesNumbers)
                Move(copied, field.Field.Width, first, random);
            first += field.Field.Width;
            firstFrame += field.Count(row);
        }
        if (changed.Mask is not null)
            Hide(rows, row, kept, changed.Mask.Append(length), random);
        if (rows.Bias is not null)
            rows.Bias[row].CopyTo(changed.Bias!.Append(rows.Bias[row].Length));
        changed.Complete(length, length);
        return kept;
    }

    /// <summary>The tokens that are left; all, where what is left would be too little.</summary>
    Range Crop(RaggedRows rows, int row, Random random)
    {
        var length = rows.Frames(row).Queries;
        if (_how.Cropping == 0)
            return 0..length;
        var cut = (int)(random.NextDouble() * _how.Cropping * (length + 1));
        var start = random.Next(cut + 1);
        var present = Enumerable.Range(start, length - cut).Count(t => rows.HasQueryFrame(row, t));
        return present >= _leastTokens ? start..(length - cut + start) : 0..length;
    }

    /// <summary>Moves each element away from, or nearer to, its mean over all rows, then up or down, and shakes it.</summary>
    void Move(Span<float> tokens, int width, int first, Random random)
    {
        double[] factors = [.. Enumerable.Range(0, width).Select(_ => 1 + Normal(_how.Scaling))];
        double[] offsets = [.. Enumerable.Range(first, width).Select(e => _deviation[e] * Normal(_how.Shifting))];
        for (var i = 0; i < tokens.Length; i++)
        {
            var (e, mean, deviation) = (i % width, _mean[first + i % width], _deviation[first + i % width]);
            tokens[i] = (float)(mean + (tokens[i] - mean) * factors[e] + offsets[e] + deviation * Normal(_how.Jitter));
        }

        double Normal(double deviation) => deviation == 0 ? 0 : deviation * ParameterDraw.NextNormal(random);
    }

    void Hide(RaggedRows rows, int row, Range kept, Span<bool> mask, Random random)
    {
        var left = 0;
        for (var t = 0; t < mask.Length; t++)
            left += (mask[t] = rows.Mask is null || rows.Mask[row][kept.Start.Value + t]) ? 1 : 0;
        for (var t = 0; t < mask.Length; t++)
        {
            if (mask[t] && random.NextDouble() < _how.HiddenFrames && left > _leastTokens)
            {
                mask[t] = false;
                left--;
            }
        }
    }
}
