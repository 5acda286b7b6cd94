using Microsoft.ML.Attention.Model;

namespace Microsoft.ML.Attention.Tests.Model;

[TestClass]
public class TensorScopeTests
{
    [TestMethod]
    public void Scope_OfModules_JoinsTheirNamesByDots()
    {
        Assert.AreEqual("layers.3.self_attn.out_proj.weight", ModuleNames.Layers[3]["self_attn"]["out_proj"]["weight"].Path);
        Assert.AreEqual("classifier.bias", ModuleNames.Classifier.Bias.Path);
        Assert.AreEqual("class_token", TensorScope.Root["class_token"].Path);
    }

    [TestMethod]
    public void Scope_OfAnEmptyName_IsItself()
    {
        Assert.AreEqual(ModuleNames.Layers[0], ModuleNames.Layers[0][""]);
        Assert.AreEqual(TensorScope.Root, TensorScope.Root[""]);
    }

    [TestMethod]
    public void Scope_HoldsWhatIsBehindItsDot_AndNothingElse()
    {
        Assert.IsTrue(ModuleNames.FinalNorm.Holds("norm.weight"));
        Assert.IsFalse(ModuleNames.FinalNorm.Holds("norm1.weight"));
        Assert.IsFalse(ModuleNames.FinalNorm.Holds("norm"));
        Assert.IsTrue(TensorScope.Root.Holds("norm"));
        Assert.AreEqual("self_attn.in_proj_bias", ModuleNames.Layers[12].Within("layers.12.self_attn.in_proj_bias"));
    }

    [TestMethod]
    [DataRow("in_proj_weight", "")]
    [DataRow("layers.1.self_attn.in_proj_weight", "layers.1.self_attn")]
    [DataRow("main_proj_weight", null)]
    [DataRow("in_proj_bias", null)]
    public void Owner_OfAName_IsWhatStandsBeforeThePath(string name, string? owner) =>
        Assert.AreEqual(owner, new AttentionScope(TensorScope.Root).InProjection.Weight.OwnerOf(name)?.Path);

    [TestMethod]
    public void ModuleOfSeveral_IsNumbered_AndALoneOneIsNot()
    {
        Assert.AreEqual("embedding", ModuleNames.Embedding.Of(1, 0).Path);
        Assert.AreEqual("embedding.1", ModuleNames.Embedding.Of(2, 1).Path);
        Assert.AreEqual("norm1", LayerScope.Of(1, 0).Norm1.Path);
        Assert.AreEqual("layers.0.norm1", LayerScope.Of(2, 0).Norm1.Path);
    }

    [TestMethod]
    [DataRow("layers.10.norm1.weight", 10, "norm1.weight")]
    [DataRow("norm1.weight", null, null)]
    [DataRow("layers.x.norm1.weight", null, null)]
    public void Layer_OfATensor_IsThatOfTheList(string name, int? layer, string? within)
    {
        var located = LayerScope.Locate(name);
        Assert.AreEqual(layer, located?.Layer);
        Assert.AreEqual(within, located?.Name);
    }

    [TestMethod]
    public void StandardizationOfEachRole_BearsItsName()
    {
        Assert.AreEqual("input_mean", ModuleNames.MeanOf(TokenRole.Input).Path);
        Assert.AreEqual("value_scale", ModuleNames.ScaleOf(TokenRole.Value).Path);
        Assert.IsTrue(ModuleNames.IsScale("key_scale"));
        Assert.IsFalse(ModuleNames.IsScale("logit_scale"));
    }
}
