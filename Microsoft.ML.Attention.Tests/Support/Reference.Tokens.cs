namespace Microsoft.ML.Attention.Tests.Support;

/// <summary>From the columns of a row to the tokens that the first layer reads.</summary>
sealed partial class Reference
{
    double[][] Tokens()
    {
        double[][] frames = [.. Enumerable.Range(0, _row.QueryLength).Select(Frame)];
        double[][] tokens = [.. Convolved(_options.PatchLength is null
            ? frames
            : _parameters.Affine("patch").Apply(Patched(frames, _isFrame))).Select(Placed)];
        return _parameters.Vector("class_token") is { } first && tokens.Length > 0 ? [first, .. tokens] : tokens;
    }

    double[] Frame(int t) =>
        _row.Ids is null
            ? Projected(t)
            : Embedded(_options.TokenTypesInIds ? _row.Ids[t] % _parameters.Matrix("embedding.weight").Length : _row.Ids[t],
                _row.Columns?[t] ?? 0);

    /// <summary>0 of all, unless ids count through the table once for each type.</summary>
    int TypeOf(int t) => _options.TokenTypesInIds && _row.Ids![t] is int id ? id / _parameters.Matrix("embedding.weight").Length : 0;

    /// <summary><c>x + relu(conv(x))</c>, each element by a kernel of its own, zeros where there is no token.</summary>
    double[][] Convolved(double[][] x)
    {
        if (!_parameters.Has("convolution.weight"))
            return x;
        var (weight, bias) = (_parameters.Filters("convolution.weight"), _parameters.Vector("convolution.bias"));
        return [.. x.Select((token, t) => token.Select((value, e) => value + Math.Max(0, Filtered(t, e))).ToArray())];

        double Filtered(int t, int e)
        {
            var sum = bias is null ? 0 : bias[e];
            var before = _options.IsCausal ? weight[e].Length - 1 : weight[e].Length / 2;
            for (var j = 0; j < weight[e].Length; j++)
                if (t + j - before is var at && at >= 0 && at < x.Length && _isPatch[at])
                    sum += weight[e][j] * x[at][e];
            return sum;
        }
    }

    /// <summary>Columns of several widths have a projection each; their means and scales are one vector,
    /// one column's after the other's.</summary>
    double[] Projected(int t)
    {
        if (!_parameters.Has("input.0.weight"))
        {
            var token = Leveled(Standardized(_row.Tokens[t], "input"), t);
            return _parameters.Has("input.weight") ? _parameters.Affine("input").Apply(token) : token;
        }
        var column = _row.Columns![t];
        var columns = Enumerable.Range(0, column + 1).Select(c => _parameters.Affine($"input.{c}")).ToArray();
        return columns[column].Apply(Leveled(Standardized(_row.Tokens[t], "input", columns[..column].Sum(c => c.Weight[0].Length)), t));
    }

    /// <summary>From the table of a column of ids, or the one of all of them.</summary>
    double[] Embedded(int? id, int column)
    {
        // [ids, M]
        var table = _parameters.Matrix(_parameters.Has("embedding.weight") ? "embedding.weight" : $"embedding.{column}.weight");
        return id is { } known ? table[known] : new double[table[0].Length];
    }

    /// <summary><c>(x - mean) * scale</c> where the source (<c>input</c>, <c>key</c> or <c>value</c>) has them,
    /// from this element on.</summary>
    double[] Standardized(double[] x, string source, int first = 0)
    {
        if (_parameters.Vector($"{source}_mean") is not { } mean)
            return x;
        var scale = _parameters.Vector($"{source}_scale")!;
        return [.. x.Select((value, e) => (value - mean[first + e]) * scale[first + e])];
    }

    double[] Placed(double[] x, int t)
    {
        var token = Positioned(x, t);
        if (_options.NumberOfTokenTypes is not null)
            token = Add(token, _parameters.Matrix("token_type.weight")[TypeOf(t)]);
        return _options.EmbeddingNormalization ? Normalize([token], "embedding_norm")[0] : token;
    }

    double[] Positioned(double[] x, int t) => _options.PositionalEncoding switch
    {
        PositionalEncoding.Sinusoidal => [.. x.Select((value, e) => value + Sinusoid(t, e, x.Length))],
        PositionalEncoding.Learned or PositionalEncoding.RelativeBuckets when _parameters.Has("position.weight") =>
            Add(x, _parameters.Matrix("position.weight")[t + _options.PositionOffset]),
        _ => x,
    };
}
