using Cake.MultiStage.Measuring.Analysis;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Measuring;

public sealed class BaseFinderTests
{
    private static readonly string[] Image = ["a", "b", "c"];

    [TestCase("debian=a runtime=a,b", "runtime", TestName = "Of several bases the nearest is taken")]
    [TestCase("runtime=a,b debian=a", "runtime", TestName = "In whatever order they come")]
    [TestCase("sibling=a,x debian=a", "debian", TestName = "A sibling that has more beside what is common is no base")]
    [TestCase("itself=a,b,c child=a,b,c,d", null, TestName = "Neither the image itself nor what starts from it is its base")]
    [TestCase("empty= other=b,c", null, TestName = "What has no layers, or not the lowest, is no base")]
    [TestCase("two=a,b one=a,b", "one", TestName = "Of two names for the same layers the first by its letters is taken")]
    public void The_nearest_base_is_found(string known, string? expected) => Assert.That(
        BaseFinder.Find(Image, known.Split(' ').Select(text => text.Split('=')).Select(
            parts => new BaseCandidate(parts[0], parts[1].Split(',', StringSplitOptions.RemoveEmptyEntries))))?.Name,
        Is.EqualTo(expected));
}
