using Microsoft.ML.Attention.Rows;

namespace Microsoft.ML.Attention.Tests.Rows;

/// <summary>The tensors that one window leaves to the next.</summary>
[TestClass]
public sealed class TensorViewsTests
{
    readonly float[] _numbers = [1, 2, 3, 4, 5, 6];

    [TestMethod]
    public void View_IsOfThatPartOfTheArray_InThatShape()
    {
        using var views = new TensorViews<float>();

        var tensor = views.Of(0, _numbers.AsMemory(2, 4), 2, 2);

        CollectionAssert.AreEqual(new[] { 3f, 4, 5, 6 }, tensor.GetTensorDataAsSpan<float>().ToArray());
        CollectionAssert.AreEqual(new[] { 2L, 2 }, tensor.GetTensorTypeAndShape().Shape);
    }

    [TestMethod]
    public void View_AskedForAgainByTheSameRun_IsTheSameTensor()
    {
        using var views = new TensorViews<float>();
        var (first, third) = (views.Of(0, _numbers.AsMemory(0, 2), 2), views.Of(2, _numbers.AsMemory(4, 2), 2));

        Assert.AreSame(first, views.Of(0, _numbers.AsMemory(0, 2), 2));
        Assert.AreSame(third, views.Of(2, _numbers.AsMemory(4, 2), 2));
    }

    [TestMethod]
    public void View_OfAnotherPartOrShapeOrArray_IsAnotherTensor()
    {
        using var views = new TensorViews<float>();
        (Memory<float> Memory, long[] Shape)[] asked =
            [(_numbers.AsMemory(0, 4), [4]), (_numbers.AsMemory(1, 4), [4]), (_numbers.AsMemory(1, 4), [2, 2]),
                (_numbers.AsMemory(1, 2), [2]), (new float[] { 2, 3 }, [2])];
        foreach (var (memory, shape) in asked)
        {
            var tensor = views.Of(0, memory, shape);

            CollectionAssert.AreEqual(memory.ToArray(), tensor.GetTensorDataAsSpan<float>().ToArray());
            CollectionAssert.AreEqual(shape, tensor.GetTensorTypeAndShape().Shape);
        }
    }
}
