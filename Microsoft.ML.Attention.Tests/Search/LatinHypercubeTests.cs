using Microsoft.ML.Attention.Search;

namespace Microsoft.ML.Attention.Tests.Search;

/// <summary>Places that are spread evenly along each side.</summary>
[TestClass]
public sealed class LatinHypercubeTests
{
    [TestMethod]
    public void EachDimension_HasOnePlaceInEachPart()
    {
        var places = LatinHypercube.Draw(count: 20, dimensions: 3, new Random(1));

        for (var dimension = 0; dimension < 3; dimension++)
            Assert.AreSequenceEqual(Enumerable.Range(0, 20), places.Select(place => (int)(place[dimension] * 20)).Order());
    }

    [TestMethod]
    public void Dimensions_AreShuffledApart()
    {
        var places = LatinHypercube.Draw(count: 20, dimensions: 2, new Random(1));

        Assert.AreNotSequenceEqual(places.Select(place => (int)(place[0] * 20)), places.Select(place => (int)(place[1] * 20)));
    }

    [TestMethod]
    public void NoPlaces_AreNone() => Assert.IsEmpty(LatinHypercube.Draw(0, 2, new Random(1)));
}
