using Cake.MultiStage.Checking;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Checking;

/// <summary>Every rule finds what it is for, and leaves what is close by in peace; a new rule can't come without both.</summary>
public sealed class EveryRuleTests
{
    private static IEnumerable<string> Rules => ImageChecker.Rules.Select(rule => rule.Id);

    [Test]
    public void Every_rule_of_the_assembly_is_used_and_has_its_cases()
    {
        var types = typeof(CheckRule).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(CheckRule)) && !type.IsAbstract);
        Assert.That(ImageChecker.Rules.Select(rule => rule.GetType()), Is.EquivalentTo(types));
        Assert.That(RuleCases.All.Keys, Is.EquivalentTo(Rules));
    }

    [TestCaseSource(nameof(Rules))]
    public async Task A_rule_finds_what_it_is_for(string id)
    {
        var found = Rule(id).Check(await RuleCases.All[id].Bad()).ToList();
        Assert.That(found, Is.Not.Empty);
        Assert.That(found.Select(finding => finding.Rule), Is.All.EqualTo(id));
        Assert.That(found.SelectMany(finding => new[] { finding.Message, finding.Fix, finding.Reason }), Is.All.EndWith("."));
    }

    [TestCaseSource(nameof(Rules))]
    public async Task A_remedy_for_a_Dockerfile_names_no_setting(string id) =>
        Assert.That(Rule(id).Check(await RuleCases.All[id].Bad()).Select(finding => DockerfileFix.Of(finding.Fix)),
            Is.All.Not.Contains("project.").And.All.Not.Contains("BaseFlavor").And.All.Not.Contains("RunMount").And.All.EndWith("."));

    [TestCaseSource(nameof(Rules))]
    public async Task A_rule_leaves_what_is_close_by_in_peace(string id) =>
        Assert.That(Rule(id).Check(await RuleCases.All[id].Good()), Is.Empty);

    [Test]
    public async Task The_sound_image_of_these_tests_has_no_finding()
    {
        var image = await TestImage.Sound.LookAsync();
        Assert.That(ImageChecker.Rules.SelectMany(rule => rule.Check(image))
            .Where(finding => !finding.Rule.StartsWith("dockerfile-", StringComparison.Ordinal)), Is.Empty);
    }

    private static CheckRule Rule(string id) => ImageChecker.Rules.Single(rule => rule.Id == id);
}
