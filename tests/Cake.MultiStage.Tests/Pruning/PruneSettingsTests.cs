using Cake.MultiStage.Aliases;
using Cake.MultiStage.Tests.Aliases;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Pruning;

/// <summary>Settings that can't be meant so are told by their names, before anything is removed.</summary>
public sealed class PruneSettingsTests : CakeFixture
{
    [Test]
    public void A_setting_that_is_not_valid_is_told_with_its_name()
    {
        var cake = Cake();
        Assert.That(() => cake.MultiStagePrune(prune => prune.Keep = -1),
            Throws.TypeOf<MultiStageException>().With.Message.Contains("prune.Keep is -1"));
        Assert.That(() => cake.MultiStagePrune(prune => prune.KeepYounger = TimeSpan.FromDays(-1)),
            Throws.TypeOf<MultiStageException>().With.Message.Contains("prune.KeepYounger is -1"));
        Assert.That(() => cake.MultiStagePrune(prune => prune.BuildCacheSize = "much"),
            Throws.TypeOf<MultiStageException>().With.Message.Contains("'much' is not a valid size"));
    }
}
