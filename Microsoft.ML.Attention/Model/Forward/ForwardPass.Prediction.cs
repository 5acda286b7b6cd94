using Microsoft.ML.Attention.Graphs;

namespace Microsoft.ML.Attention.Model.Forward;

/// <summary>From tokens, or from the one vector of a row, to labels.</summary>
sealed partial class ForwardPass
{
    /// <summary>What the classifier gives, <c>[B, C]</c>, or <c>[B, T, C]</c> where each token has a label. A row without pooling is read
    /// by the mean of its tokens.</summary>
    public Value Logits(ForwardOutputs outputs, bool ofTokens)
    {
        var x = ofTokens ? outputs.Tokens : outputs.Pooled ?? MeanOf(outputs.Tokens, outputs.QueryMask);
        if (parameters.ContainsKey(ModuleNames.PreClassifier.Weight))
            x = Read(ModuleNames.PreClassifier, x).Relu();                               // as Sanh et al. 2019, DistilBERT
        return Read(ModuleNames.Classifier, x);
    }

    /// <summary>The score column: a probability of each class; the logit of true; a number. Zeros of tokens that are not there.
    /// Of several models, their mean.</summary>
    public Value Scores(ForwardOutputs outputs)
    {
        if (outputs.Models.Count > 0)
            return outputs.Models.Select(model => model.Pass.Scores(model.Outputs))
                .Aggregate((sum, scores) => sum + scores) * (1.0 / outputs.Models.Count);
        var prediction = _a.Prediction!;
        var logits = Logits(outputs, prediction.OfTokens);
        if (prediction.Kind == LabelKind.Class)
            return IfThere(outputs, logits.Softmax());
        return IfThere(outputs, prediction.Size == 1 ? logits.Squeeze(-1) : logits);
    }

    /// <summary>The probability of true.</summary>
    public Value Probabilities(ForwardOutputs outputs) => IfThere(outputs, Scores(outputs).Sigmoid());

    /// <summary>The class of the largest score, int64, -1 where there is none; or whether true is likelier than false.</summary>
    public Value PredictedLabels(ForwardOutputs outputs)
    {
        var scores = Scores(outputs);
        if (_a.Prediction!.Kind == LabelKind.Boolean)
            return scores.Greater(graph.Scalar(0));
        var sum = scores.Sum(false, -1);
        var isNumber = sum.Equal(sum);                                          // not so of NaN
        var isThere = _a.Prediction.OfTokens && outputs.QueryMask is { } mask ? isNumber.And(mask) : isNumber;
        return isThere.Where(scores.ArgMax(), graph.Scalar(-1, ElementType.Int64));
    }

    /// <summary>Zeros in place of the tokens that are not there.</summary>
    Value IfThere(ForwardOutputs outputs, Value labels) => !_a.Prediction!.OfTokens || outputs.QueryMask is not { } mask ? labels
        : (labels.Rank == 3 ? mask.Unsqueeze(2) : mask).Where(labels, graph.Scalar(0));

    /// <summary>A layer of full precision, whatever tokens are computed in.</summary>
    Value Read(TensorScope scope, Value x)
    {
        using var module = graph.In(scope);
        var product = x.MatMul(Widen(parameters[scope.Weight]).T());
        return parameters.TryGetValue(scope.Bias, out var bias) ? product + Widen(bias) : product;
    }
}
