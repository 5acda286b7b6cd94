using Microsoft.ML.Attention.Graphs;
using Microsoft.ML.Attention.Model;
using Microsoft.ML.Attention.Model.Forward;
using Microsoft.ML.Attention.Model.Parameters;
using Microsoft.ML.Attention.Rows;

namespace Microsoft.ML.Attention.Training;

/// <summary>Learns without labels: some tokens are hidden, and read out again from what the others say. Devlin et al.
/// 2019, section 3.1.</summary>
/// <param name="share">The share of tokens that is hidden.</param>
/// <param name="hasWeights">Whether rows count differently.</param>
sealed class ReconstructionObjective(double share, bool hasWeights = false) : Objective
{
    /// <summary>One to hide, one to tell it from.</summary>
    public override int LeastTokens => 2;

    /// <summary>What reads the hidden tokens out, where the stage does not keep it.</summary>
    public override IEnumerable<ParameterSpec> ReadOut(Architecture a) =>
        a.ReconstructionRounds is null ? ParameterLayout.Reconstruction(a) : [];

    public override TargetInputs Inputs(Graph graph, Architecture a) => new(
        Hidden: graph.Input("hidden", ElementType.Bool, ScoringGraph.Batch,
            a.Inputs.Count == 1 ? ScoringGraph.Sequence : a.Inputs.Sum(f => f.Length!.Value)),
        Positions: a.Inputs[0].HoldsIds ? graph.Input("positions", ElementType.Int64, "positions") : null)
    {
        Weights = hasWeights ? graph.Input("weights", ScoringGraph.Batch) : null,
    };

    public override Value Loss(ForwardPass pass, ForwardOutputs outputs, IReadOnlyDictionary<string, Value> parameters,
        TargetInputs targets) =>
        targets.Positions is not null ? LossOfIds(pass, outputs, parameters, targets)
        : pass.ReadsPatches ? LossOfPatches(pass, outputs, parameters, targets)
        : LossOfEmbeddings(outputs, parameters, targets);

    /// <summary>Squared error over the hidden frames and their elements, each read out of every patch that it is in.</summary>
    static Value LossOfPatches(ForwardPass pass, ForwardOutputs outputs, IReadOnlyDictionary<string, Value> parameters,
        TargetInputs targets)
    {
        var hidden = pass.Patch(targets.Hidden!.CastReal().Unsqueeze(2));                           // [B, P, L]
        var (target, length) = (outputs.Targets[0], hidden.Shape[2].Size);
        // [B, P, L, E]
        var error = (Read(ModuleNames.Reconstruction, outputs.Tokens, parameters) - target).Square()
            .Reshape([.. target.Shape[..2], length, target.Shape[2].Size / length]);
        if (targets.Weights is { } rows)
            hidden *= rows.Unsqueeze(1, 2);
        return (error * hidden.Unsqueeze(3)).Sum(false) / (hidden.Sum(false) * (double)error.Shape[3].Size);
    }

    /// <summary>Squared error over the hidden tokens and their elements.</summary>
    static Value LossOfEmbeddings(ForwardOutputs outputs, IReadOnlyDictionary<string, Value> parameters, TargetInputs targets)
    {
        var lengths = outputs.Targets.Select(t => t.Shape[1]).ToArray();
        // Columns of different widths lie one after the other, each of a known length.
        var (tokens, hidden) = lengths.Length == 1
            ? ([outputs.Tokens], [targets.Hidden!])
            : (outputs.Tokens.Split(1, [.. lengths.Select(l => l.Size)]), targets.Hidden!.Split(1, [.. lengths.Select(l => l.Size)]));
        Value? error = null, count = null;
        for (var i = 0; i < tokens.Length; i++)
        {
            var weight = hidden[i].CastReal().Unsqueeze(2);                                         // [B, T, 1]
            if (targets.Weights is { } rows)
                weight *= rows.Unsqueeze(1, 2);
            var column = ((Read(ModuleNames.Reconstruction.Of(lengths.Length, i), tokens[i], parameters) - outputs.Targets[i]).Square()
                * weight).Sum(false);
            var numbers = weight.Sum(false) * (double)outputs.Targets[i].Shape[2].Size;
            (error, count) = error is null ? (column, numbers) : (error + column, count! + numbers);
        }
        return error! / count!;
    }

    /// <summary>Cross-entropy over the hidden tokens, read out by the table that embeds them. Press and Wolf 2017.</summary>
    static Value LossOfIds(ForwardPass pass, ForwardOutputs outputs, IReadOnlyDictionary<string, Value> parameters, TargetInputs targets)
    {
        var read = Flat(outputs.Tokens).Gather(targets.Positions!);                                    // [N, W]
        var logits = Read(ModuleNames.Reconstruction, read, parameters).MatMul(pass.InputTable.T());     // [N, V]
        var weights = targets.Weights is { } rows ? Flat(targets.Hidden!.CastReal() * rows.Unsqueeze(1)).Gather(targets.Positions!) : null;
        return Losses.CrossEntropy(logits, Flat(outputs.Targets[0]).Gather(targets.Positions!), weights: weights);
    }

    /// <summary>Hides each token, with all its frames, with the given probability, but at least one of a row, and not all.</summary>
    public override double Feed(BatchInputs batch, LabelledRows rows, Random random)
    {
        batch.AddHidden((row, hidden) =>
        {
            var positions = rows.Rows.Present(row);
            random.Shuffle(positions);
            var count = 0;
            foreach (var _ in positions)
                count += random.NextDouble() < share ? 1 : 0;
            foreach (var position in positions.AsSpan(0, Math.Clamp(count, 1, Math.Max(1, positions.Length - 1))))
                hidden[rows.Rows.Layout.Patches.Span(position, hidden.Length)].Fill(true);
        });
        return hasWeights ? batch.AddRowWeights(rows) : batch.Rows;
    }
}
