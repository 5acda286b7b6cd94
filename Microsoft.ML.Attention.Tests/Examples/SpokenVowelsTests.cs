using Examples;
using SpeakerRecognition;

namespace Microsoft.ML.Attention.Tests.Examples;

[TestClass]
public sealed class SpokenVowelsTests
{
    [TestMethod]
    public void Recordings_OfOneSeed_AreTheSame() => Assert.AreSequenceEqual(Numbers(3), Numbers(3));

    [TestMethod]
    public void Recordings_OfAnotherSeed_AreOthers() => Assert.AreNotEqual(Numbers(3).First(), Numbers(4).First());

    [TestMethod]
    public void Contest_OnOneEpoch_CountsEveryTestUtterance()
    {
        var recordings = SpokenVowels.Make(seed: 3);
        var score = new Contest(recordings).AttentionThenSdca(new() { NumberOfEpochs = 1, Seed = 1 });
        Assert.AreEqual(recordings.Test.Count, score.Rows.Count);
        Assert.IsInRange(1, score.Rows.Count, score.Right);
    }

    static IEnumerable<float> Numbers(int seed)
    {
        var recordings = SpokenVowels.Make(seed);
        return recordings.Train.Concat(recordings.Test).SelectMany(u => u.Frames);
    }
}
