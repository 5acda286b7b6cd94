using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Model.Forward;
using Microsoft.ML.Attention.Model.Parameters;
using Microsoft.ML.Attention.Rows;
using Microsoft.ML.Attention.Runtime;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.Attention.Tests.Runtime;

/// <summary>Which graph scores a run, and that each of them gives the same.</summary>
[TestClass]
public sealed class ScoringPathTests
{
    static readonly Architecture Plain = new()
    {
        Fields = [new(16)],
        ModelDimension = 16,
        OutputDimension = 16,
        NumberOfHeads = 4,
        NumberOfKeyValueHeads = 4,
        HeadDimension = 4,
        ValueHeadDimension = 4,
        Scale = 0.5,
    };

    static readonly ScoringVariant Unmasked = new(HasMask: false, HasQueryMask: false, HasBias: false, new([StageOutputs.Output]));

    [TestMethod]
    public void Form_OnTheCpu_IsFlashForLongRowsOfWhichNothingIsHiddenOrAsked()
    {
        Assert.AreEqual(AttentionForm.Flash, Form(Plain, Unmasked, keys: 128));
        Assert.AreEqual(AttentionForm.Fused, Form(Plain, Unmasked, keys: 127));
        foreach (var variant in new[] { Unmasked with { HasMask = true }, Unmasked with { HasBias = true },
            Unmasked with { Outputs = new([StageOutputs.LastWeights]) },
            Unmasked with { Outputs = new([StageOutputs.Output, StageOutputs.Rollout]) } })
            Assert.AreEqual(AttentionForm.Fused, Form(Plain, variant, keys: 4096));
        foreach (var a in new[] { Plain with { IsCausal = true }, Plain with { Softcap = 5 },
            Plain with { HeadWindowSizes = [2, null, 2, 2] }, Plain with { PositionalEncoding = PositionalEncoding.Alibi } })
            Assert.AreEqual(AttentionForm.Fused, Form(a, Unmasked, keys: 4096));
    }

    [TestMethod]
    public void Form_OfTokenIds_IsFlashOnlyWhereNoneIsMissing()
    {
        var ids = Plain with { Fields = [TokenField.OfIds([0])], TableSizes = [9] };

        Assert.AreEqual(AttentionForm.Fused, Form(ids, Unmasked, keys: 128));
        Assert.AreEqual(AttentionForm.Flash, Form(ids, Unmasked with { MayMissIds = false }, keys: 128));
    }

    [TestMethod]
    public void Form_OnAnotherProvider_IsDecomposed() =>
        Assert.AreEqual(AttentionForm.Decomposed, ScoringPath.Of(ExecutionProvider.WebGpu, Plain, Unmasked, keys: 128).Form);

    static readonly Dictionary<string, Architecture> Architectures = new()
    {
        ["plain"] = Plain,
        ["grouped-query"] = Plain with { NumberOfKeyValueHeads = 2 },
        ["multi-query, wider values"] = Plain with { NumberOfKeyValueHeads = 1, ValueHeadDimension = 6 },
        ["pruned to uneven groups"] = Plain with { NumberOfKeyValueHeads = 2, KeptHeads = [[0, 1, 3]] },
        ["rotary, two encoder layers"] = Plain with
        {
            PositionalEncoding = PositionalEncoding.Rotary,
            Block = AttentionBlock.Encoder,
            NumberOfLayers = 2,
            FeedForwardDimension = 24
        },
    };

    static IEnumerable<string> Names => Architectures.Keys;

    [TestMethod, DynamicData(nameof(Names))]
    public void Forms_OfALongRow_GiveTheSame(string name)
    {
        var a = Architectures[name];
        const int Rows = 3, Length = 150;
        var parameters = ParameterResolution.Resolve(a, null, spec => ParameterDraw.Of(spec, new Random(1)));
        var random = new Random(2);
        float[] tokens = [.. Enumerable.Range(0, Rows * Length * 16).Select(_ => 2 * random.NextSingle() - 1)];

        var fused = Run(AttentionForm.Fused);

        foreach (var form in new[] { AttentionForm.Flash, AttentionForm.Decomposed })
        {
            var other = Run(form);
            for (var i = 0; i < fused.Length; i++)
                Assert.AreEqual(fused[i], other[i], 2e-5, $"{name}, {form}, number {i}");      // float rounding of sums over 150 keys
        }

        float[] Run(AttentionForm form)
        {
            using var session = new AttentionSession(a, parameters, ProviderSession.Choose(new(), null, false, _ => { }));
            var path = new ScoringPath(Unmasked, form);
            using var runner = session.Bind(path);
            var output = new float[tokens.Length];
            var (inputs, outputs) = (new NamedTensors(), new NamedTensors());
            inputs.Add(session.Names.Fields[0][0], OrtValue.CreateTensorValueFromMemory(tokens, [Rows, Length, 16]));
            outputs.Add(session.Names.Of(StageOutputs.Output), OrtValue.CreateTensorValueFromMemory(output, [Rows, Length, 16]));
            runner.Run(inputs, outputs);
            inputs.Values[0].Dispose();
            outputs.Values[0].Dispose();
            return output;
        }
    }

    /// <summary>A term that the choice of the form forgot would vanish without a word; the form itself refuses it.</summary>
    [TestMethod]
    public void Flash_OfATermThatItHasNoPlaceFor_RefusesIt()
    {
        foreach (var (a, term) in new[]
        {
            (Plain with { IsCausal = true }, "IsCausal"), (Plain with { Softcap = 5 }, "Softcap"),
            (Plain with { HeadWindowSizes = [2, null, 2, 2] }, "window"),
            (Plain with { PositionalEncoding = PositionalEncoding.Alibi }, "Alibi"),
        })
        {
            var parameters = ParameterResolution.Resolve(a, null, spec => ParameterDraw.Of(spec, new Random(1)));
            var error = Assert.ThrowsExactly<InvalidOperationException>(
                () => ScoringGraph.Build(a, parameters, AttentionForm.Flash, Unmasked, ScoringNames.Internal(a)));

            Assert.AreEqual($"Attention of form Flash sees all keys by their products alone: it has no place for {term}.", error.Message);
        }
    }

    static AttentionForm Form(Architecture a, ScoringVariant variant, int keys) =>
        ScoringPath.Of(ExecutionProvider.Cpu, a, variant, keys).Form;
}
