using System.Reflection;
using Cake.MultiStage.Aliases;
using Cake.MultiStage.Checking;
using Cake.MultiStage.Measuring.Comparing;
using Cake.MultiStage.Tests.Measuring;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Aliases;

public sealed class VerifySettingsTests
{
    [Test]
    public void Everything_that_is_set_is_handed_on()
    {
        var settings = new MultiStageVerifySettings();
        Fill(settings.Measure);
        Fill(settings.Report);
        settings.Check.Skip.Add("safe-user");
        settings.Check.Levels["safe-shell"] = FindingLevel.Error;
        var check = new CheckResult("hello:1.0", []);
        Assert.Multiple(() =>
        {
            AssertSame(settings.Measure, settings.ToMeasure());
            AssertSame(settings.Report, settings.ToReport(check, comparison: null), nameof(MultiStageReportSettings.Check));
            AssertSame(settings.Check, settings.Check.WithoutFailing(), nameof(MultiStageCheckSettings.FailOn));
            Assert.That(settings.ToReport(check, comparison: null).Check, Is.SameAs(check));
            Assert.That(settings.Check.WithoutFailing().FailOn, Is.Null);
        });
    }

    [Test]
    public void A_budget_of_the_compressed_size_has_it_measured()
    {
        var settings = new MultiStageVerifySettings { Budget = { MaxCompressedSize = "10 MB" } };
        Assert.That(settings.ToMeasure().Compressed, Is.True);
    }

    [Test]
    public void Growth_without_a_baseline_shows_the_line_to_write() => Assert.That(
        () => new MultiStageVerifySettings { Budget = { MaxGrowth = "5 %" } }.ToBudget(),
        Throws.InstanceOf<MultiStageException>().With.Message.Contains("verify.Baseline = \"./baseline/report.json\""));

    [Test]
    public void No_limit_is_a_budget_that_every_image_keeps() =>
        Assert.That(
            BudgetFindings.Of(AnalysisTests.Image([AnalysisTests.File("/a", 100)]), new MultiStageVerifySettings().ToBudget(),
                baseline: null, CancellationToken.None), Is.Empty);

    [Test]
    public void A_broken_limit_is_an_error_with_its_largest_causes()
    {
        var settings = new MultiStageVerifySettings { Budget = { MaxSize = "10 B", MaxLayers = 1 } };
        var image = AnalysisTests.Image([AnalysisTests.File("/usr/lib/a", 100)], [AnalysisTests.File("/b", 5)]);
        var findings = BudgetFindings.Of(image, settings.ToBudget(), ImageBaseline.Of(image), CancellationToken.None).ToList();
        Assert.That(findings.Select(finding => (finding.Rule, finding.Level)),
            Is.EqualTo(new[] { ("budget", FindingLevel.Error), ("budget", FindingLevel.Error) }));
        Assert.That(findings[0].Message,
            Does.StartWith("Budget of size: 105 B, at most 10 B. The largest causes: 100 B /usr/lib/a by RUN 0"));
        Assert.That(findings[1].Message, Does.StartWith("Budget of layers: 2 layers, at most 1 layer."));
        Assert.That(new CheckFailedException("hello:1.0", findings).Message, Does.Not.Contain("Skip.Add"));
    }

    private static void Fill(object settings)
    {
        foreach (var property in settings.GetType().GetProperties())
        {
            var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            property.SetValue(settings, type switch
            {
                _ when type == typeof(bool) => !(bool)property.GetValue(settings)!,
                _ when type == typeof(string) => property.Name,
                _ when type == typeof(DateTimeOffset) => DateTimeOffset.UnixEpoch,
                _ when type == typeof(Cake.Core.IO.DirectoryPath) => new Cake.Core.IO.DirectoryPath(property.Name),
                _ when type == typeof(BaseImagePolicy) => new BaseImagePolicy(),
                _ when type == typeof(Cake.Core.IO.FilePath) => new Cake.Core.IO.FilePath(property.Name),
                _ => property.GetValue(settings),
            });
        }
    }

    private static void AssertSame(object settings, object copy, params string[] besides)
    {
        foreach (var property in settings.GetType()
            .GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(one => !besides.Contains(one.Name)))
        {
            Assert.That(property.GetValue(copy), Is.EqualTo(property.GetValue(settings)), property.Name);
        }
    }
}
