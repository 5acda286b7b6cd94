using System.Diagnostics;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Microsoft.ML.Attention.Benchmarks.Text;

/// <summary>The same step in libtorch: a BERT of all-MiniLM-L6-v2's sizes, its vector of length 1, binary cross-entropy, clipped gradients,
/// AdamW, the same parts frozen. Compiled with -p:Libtorch=true.</summary>
static class LibtorchStep
{
    const int Width = 384, Heads = 12, Layers = 6, Inner = 1536, Vocabulary = 30522, Positions = 512;
    const double Dropout = 0.1, Epsilon = 1e-12;

    sealed record Layer(Linear In, Linear Out, LayerNorm Norm1, Linear Linear1, Linear Linear2, LayerNorm Norm2)
    {
        public nn.Module[] Modules => [In, Out, Norm1, Linear1, Linear2, Norm2];
    }

    /// <summary>Processor time of a step, the median of some, and the peak of memory.</summary>
    /// <param name="steps">Steps to measure, after one that warms up.</param>
    /// <param name="rows">Texts of a step.</param>
    /// <param name="tokens">Tokens of a text.</param>
    /// <param name="frozen">As FrozenLayers.</param>
    public static double[] Measure(int steps, int rows, int tokens, int? frozen)
    {
        set_num_threads(1);                                                     // several wait for each other in loops that cost time too
        var (words, positions, types) = (nn.Embedding(Vocabulary, Width), nn.Embedding(Positions, Width), nn.Embedding(2, Width));
        var norm = Norm();
        Layer[] layers = [.. Enumerable.Range(0, Layers).Select(_ => new Layer(nn.Linear(Width, 3 * Width), nn.Linear(Width, Width), Norm(),
            nn.Linear(Width, Inner), nn.Linear(Inner, Width), Norm()))];
        var classifier = nn.Linear(Width, 1);
        nn.Module[] learned = [.. frozen is null ? new nn.Module[] { words, positions, types, norm } : [],
            .. layers.Skip(frozen ?? 0).SelectMany(layer => layer.Modules), classifier];
        nn.Module[] fixedModules = [.. frozen is null ? Array.Empty<nn.Module>() : [words, positions, types, norm],
            .. layers.Take(frozen ?? 0).SelectMany(layer => layer.Modules)];
        foreach (var parameter in fixedModules.SelectMany(module => module.parameters()))
            parameter.requires_grad = false;
        Parameter[] parameters = [.. learned.SelectMany(module => module.parameters())];
        var optimizer = optim.AdamW(parameters, lr: 5e-5, weight_decay: 0.01);
        var ids = randint(0, Vocabulary, [rows, tokens], dtype: ScalarType.Int64);
        var places = arange(tokens, dtype: ScalarType.Int64);
        var labels = randint(0, 2, [rows]).to(ScalarType.Float32);
        var times = new List<double>();
        for (var step = 0; step <= steps; step++)
        {
            using var scope = NewDisposeScope();
            var before = ProcessorSeconds();
            var x = norm.forward(words.forward(ids) + positions.forward(places) + types.forward(zeros(1, dtype: ScalarType.Int64)));
            foreach (var layer in layers)
                x = Forward(layer, x, rows, tokens);
            var vectors = F.normalize(x.mean([1]), 2, 1);
            var loss = F.binary_cross_entropy_with_logits(classifier.forward(vectors).squeeze(1), labels);
            optimizer.zero_grad();
            loss.backward();
            nn.utils.clip_grad_norm_(parameters, 1);
            optimizer.step();
            if (step > 0)
                times.Add(ProcessorSeconds() - before);
        }
        return [times.Order().ElementAt(times.Count / 2), ChildProcess.Peak()];
    }

    static LayerNorm Norm() => nn.LayerNorm(Width, Epsilon);

    static Tensor Forward(Layer layer, Tensor x, int rows, int tokens)
    {
        var parts = layer.In.forward(x).reshape(rows, tokens, 3, Heads, Width / Heads).permute(2, 0, 3, 1, 4);
        var attended = F.scaled_dot_product_attention(parts[0], parts[1], parts[2], p: Dropout);
        attended = layer.Out.forward(attended.transpose(1, 2).reshape(rows, tokens, Width));
        x = layer.Norm1.forward(x + F.dropout(attended, Dropout, true));
        var inner = F.dropout(F.gelu(layer.Linear1.forward(x)), Dropout, true);
        return layer.Norm2.forward(x + F.dropout(layer.Linear2.forward(inner), Dropout, true));
    }

    static double ProcessorSeconds()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime.TotalSeconds;
    }
}
