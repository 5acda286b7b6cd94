using Microsoft.ML.Attention.Tests.Support;

namespace Microsoft.ML.Attention.Tests.Text;

/// <summary>Each family's forward pass in plain loops over double,
/// from its published description and under Hugging Face's names: hidden states, <c>[T, M]</c>.</summary>
sealed class TextOracle(AttentionParameters tensors)
{
    const double Epsilon = 0.001;

    readonly ReferenceParameters _p = new(tensors);

    public static double[][] Run(string family, AttentionParameters tensors, IReadOnlyList<int> ids, IReadOnlyList<int>? types = null)
    {
        var oracle = new TextOracle(tensors);
        return family switch
        {
            "modernbert" => oracle.ModernBert(ids),
            "gpt2" => oracle.Gpt2(ids),
            "llama" or "qwen3" => oracle.Llama(ids, family == "qwen3"),
            _ => oracle.Bert(family, ids, types),
        };
    }

    double[][] Bert(string family, IReadOnlyList<int> ids, IReadOnlyList<int>? types)
    {
        var (words, positions, epsilon) = (_p.Matrix("embeddings.word_embeddings.weight"),
            _p.Matrix("embeddings.position_embeddings.weight"), family == "distilbert" ? 1e-12 : Epsilon);
        var first = family is "roberta" or "mpnet" ? 2 : 0;
        double[][] ofType = _p.Has("embeddings.token_type_embeddings.weight")
            ? _p.Matrix("embeddings.token_type_embeddings.weight")
            : [new double[TinyTextModel.Width]];
        double[][] x = [.. ids.Select((id, t) =>
            Norm(Sum(Sum(words[id], positions[first + t]), ofType[types?[t] ?? 0]), "embeddings.LayerNorm", epsilon))];
        var names = TinyTextModel.Names(family);
        for (var n = 0; n < 2; n++)
        {
            var l = family == "distilbert" ? $"transformer.layer.{n}." : $"encoder.layer.{n}.";
            var table = family == "mpnet" ? _p.Matrix("encoder.relative_attention_bias.weight") : null;
            var mixed = Attend(Apply(l + names[0], x), Apply(l + names[1], x), Apply(l + names[2], x), 2, 2,
                (h, i, j) => table is null ? 0 : table[Reference.RelativeBucket(j - i, 8, true)][h]);
            x = [.. x.Zip(Apply(l + names[3], mixed), (a, b) => Norm(Sum(a, b), l + names[4], epsilon))];
            var inner = Array.ConvertAll(Apply(l + names[5], x), token => Array.ConvertAll(token, Reference.Gelu));
            x = [.. x.Zip(Apply(l + names[6], inner), (a, b) => Norm(Sum(a, b), l + names[7], epsilon))];
        }
        return x;
    }

    double[][] ModernBert(IReadOnlyList<int> ids)
    {
        var words = _p.Matrix("model.embeddings.tok_embeddings.weight");
        double[][] x = [.. ids.Select(id => Norm(words[id], "model.embeddings.norm", Epsilon))];
        for (var n = 0; n < 4; n++)
        {
            var (l, isGlobal) = ($"model.layers.{n}.", n % 3 == 0);
            var read = n == 0 ? x : Array.ConvertAll(x, token => Norm(token, l + "attn_norm", Epsilon));
            var qkv = Apply(l + "attn.Wqkv", read);
            double[][] Third(int i) => Array.ConvertAll(qkv, token => token[(8 * i)..(8 * i + 8)]);
            double Rate(int pair) => Math.Pow(isGlobal ? 160_000 : 10_000, -2.0 * pair / 4);
            var mixed = Attend(Turn(Third(0), 2, Rate), Turn(Third(1), 2, Rate), Third(2), 2, 2, (_, i, j) =>
                isGlobal || Math.Abs(i - j) <= 2 ? 0 : double.NegativeInfinity);
            x = [.. x.Zip(Apply(l + "attn.Wo", mixed), Sum)];
            var gated = Array.ConvertAll(Apply(l + "mlp.Wi", Array.ConvertAll(x, token => Norm(token, l + "mlp_norm", Epsilon))),
                token => Enumerable.Range(0, 12).Select(e => Reference.Gelu(token[e]) * token[12 + e]).ToArray());
            x = [.. x.Zip(Apply(l + "mlp.Wo", gated), Sum)];
        }
        return Array.ConvertAll(x, token => Norm(token, "model.final_norm", Epsilon));
    }

    double[][] Gpt2(IReadOnlyList<int> ids)
    {
        var (words, positions) = (_p.Matrix("wte.weight"), _p.Matrix("wpe.weight"));
        double[][] x = [.. ids.Select((id, t) => Sum(words[id], positions[t]))];
        for (var n = 0; n < 2; n++)
        {
            var l = $"h.{n}.";
            var qkv = Convolve(l + "attn.c_attn", Array.ConvertAll(x, token => Norm(token, l + "ln_1", Epsilon)));
            double[][] Third(int i) => Array.ConvertAll(qkv, token => token[(8 * i)..(8 * i + 8)]);
            var mixed = Attend(Third(0), Third(1), Third(2), 2, 2, (_, i, j) => j <= i ? 0 : double.NegativeInfinity);
            x = [.. x.Zip(Convolve(l + "attn.c_proj", mixed), Sum)];
            var inner = Array.ConvertAll(Convolve(l + "mlp.c_fc", Array.ConvertAll(x, token => Norm(token, l + "ln_2", Epsilon))), token =>
                Array.ConvertAll(token, Reference.GeluTanh));
            x = [.. x.Zip(Convolve(l + "mlp.c_proj", inner), Sum)];
        }
        return Array.ConvertAll(x, token => Norm(token, "ln_f", Epsilon));
    }

    double[][] Llama(IReadOnlyList<int> ids, bool isQwen)
    {
        var words = _p.Matrix("model.embed_tokens.weight");
        var d = isQwen ? 4 : 2;
        double Rate(int pair) => isQwen ? Math.Pow(100, -2.0 * pair / d) : Slowed(Math.Pow(100, -2.0 * pair / d));
        double[][] x = [.. ids.Select(id => words[id])];
        for (var n = 0; n < 2; n++)
        {
            var l = $"model.layers.{n}.";
            var read = Array.ConvertAll(x, token => Rms(token, l + "input_layernorm"));
            var (q, k) = (Apply(l + "self_attn.q_proj", read), Apply(l + "self_attn.k_proj", read));
            if (isQwen)
                (q, k) = (HeadNorm(q, d, l + "self_attn.q_norm"), HeadNorm(k, d, l + "self_attn.k_norm"));
            var mixed = Attend(Turn(q, 4, Rate), Turn(k, 2, Rate), Apply(l + "self_attn.v_proj", read), 4, 2, (_, i, j) =>
                j <= i ? 0 : double.NegativeInfinity);
            x = [.. x.Zip(Apply(l + "self_attn.o_proj", mixed), Sum)];
            read = Array.ConvertAll(x, token => Rms(token, l + "post_attention_layernorm"));
            double[][] gated = [.. Apply(l + "mlp.gate_proj", read)
                .Zip(Apply(l + "mlp.up_proj", read), (g, u) => g.Zip(u, (a, b) => Reference.Silu(a) * b).ToArray())];
            x = [.. x.Zip(Apply(l + "mlp.down_proj", gated), Sum)];
        }
        return Array.ConvertAll(x, token => Rms(token, "model.norm"));
    }

    /// <summary>LLaMA 3's rule of the configuration: factor 4, 1 and 4 turns within 40 tokens.</summary>
    static double Slowed(double rate)
    {
        var wave = 2 * Math.PI / rate;
        if (wave < 40 / 4.0)
            return rate;
        if (wave > 40 / 1.0)
            return rate / 4;
        var smooth = (40 / wave - 1) / (4 - 1);
        return (1 - smooth) * rate / 4 + smooth * rate;
    }

    static double[][] Attend(double[][] q, double[][] k, double[][] v, int heads, int keyHeads, Func<int, int, int, double> bias)
    {
        var d = q[0].Length / heads;
        double[][] joined = [.. q.Select(token => new double[token.Length])];
        for (var h = 0; h < heads; h++)
        {
            var s = h / (heads / keyHeads);
            double[][] Part(double[][] x, int n) => Array.ConvertAll(x, token => token[(n * d)..((n + 1) * d)]);
            var (queries, keys, values, head) = (Part(q, h), Part(k, s), Part(v, s), h);
            var weights = Reference.Weigh(queries, keys, 1 / Math.Sqrt(d), null, (i, j) => bias(head, i, j));
            for (var i = 0; i < q.Length; i++)
                Reference.Mix(weights[i], values, d).CopyTo(joined[i], h * d);
        }
        return joined;
    }

    static double[][] Turn(double[][] x, int heads, Func<int, double> rate) => [.. x.Select((token, t) =>
        token.Chunk(token.Length / heads)
            .SelectMany(head => Reference.Rotate(head, false, p => Math.Cos(t * rate(p)), p => Math.Sin(t * rate(p)))).ToArray())];

    double[][] HeadNorm(double[][] x, int d, string name) =>
        Array.ConvertAll(x, token => token.Chunk(d).SelectMany(head => Rms(head, name)).ToArray());

    double[][] Apply(string name, double[][] x) => _p.Affine(name).Apply(x);

    /// <summary>GPT-2's layers multiply from the left.</summary>
    double[][] Convolve(string name, double[][] x)
    {
        var (weight, bias) = (_p.Matrix($"{name}.weight"), _p.Vector($"{name}.bias")!);
        return Array.ConvertAll(x, token => bias.Select((b, o) => b + token.Select((value, i) => value * weight[i][o]).Sum()).ToArray());
    }

    double[] Norm(double[] x, string name, double epsilon) =>
        Reference.LayerNorm(x, _p.Vector($"{name}.weight")!, _p.Vector($"{name}.bias"), epsilon);

    double[] Rms(double[] x, string name) => Reference.RmsNorm(x, _p.Vector($"{name}.weight")!, Epsilon);

    static double[] Sum(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];
}
