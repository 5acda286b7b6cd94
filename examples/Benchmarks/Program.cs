using BenchmarkDotNet.Running;
using Microsoft.ML.Attention.Benchmarks;

// compare: scoring against ApplyOnnxModel and a bare session.   learn: Fit against bare runs of its step graph.
// Both interleave their rounds in one process, print medians and ratios, and fail when a threshold is missed.
// Anything else goes to BenchmarkDotNet, for example: --filter '*'
return args switch
{
    ["compare"] => ScoringComparison.Run(),
    ["learn"] => LearningComparison.Run(),
    _ => BenchmarkSwitcher.FromAssembly(typeof(ScoringComparison).Assembly).Run(args).Any() ? 0 : 1,
};
