using System.Globalization;
using Cake.Core;
using Cake.Core.Diagnostics;
using Cake.Core.IO;
using Cake.MultiStage.Aliases;
using Cake.MultiStage.Checking;
using Cake.MultiStage.Tests.Contexts;
using Moq;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Reporting;

/// <summary>What the CI provider is told. Cake writes that to the process's own output.</summary>
[NonParallelizable]
public sealed class PipelineReportTests
{
    private static readonly Dictionary<string, string> GitHub = new(StringComparer.Ordinal) { ["GITHUB_ACTIONS"] = "true" };
    private static readonly Dictionary<string, string> Azure = new(StringComparer.Ordinal) { ["TF_BUILD"] = "True" };
    private static readonly Dictionary<string, string> TeamCity = new(StringComparer.Ordinal) { ["TEAMCITY_VERSION"] = "2026.1" };

    internal static ICakeContext Context(TemporaryFolder folder, Dictionary<string, string> variables)
    {
        var environment = new Mock<ICakeEnvironment>();
        environment.SetupGet(cake => cake.WorkingDirectory).Returns(new DirectoryPath(folder.Path));
        environment.Setup(cake => cake.GetEnvironmentVariable(It.IsAny<string>()))
            .Returns<string>(name => variables.GetValueOrDefault(name)!);
        return Mock.Of<ICakeContext>(
            cake => cake.Environment == environment.Object
                && cake.Log == Mock.Of<ICakeLog>()
                && cake.FileSystem == new FileSystem()
                && cake.ProcessRunner == Mock.Of<IProcessRunner>());
    }

    private static async Task<IReadOnlyList<string>> ToldAsync(Dictionary<string, string> variables, MultiStageReportSettings settings)
    {
        using var folder = new TemporaryFolder();
        await using var told = new StringWriter(CultureInfo.InvariantCulture);
        var output = Console.Out;
        Console.SetOut(told);
        try
        {
            await Context(folder, variables).MultiStageReportAsync(ReportTests.Measured(), settings);
        }
        finally
        {
            Console.SetOut(output);
        }

        return told.ToString().ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static MultiStageReportSettings Settings(CheckResult? check) =>
        new() { Directory = "./report", Check = check, Summary = false };

    [Test]
    public async Task GitHub_Actions_gets_errors_warnings_and_notices() =>
        Assert.That(await ToldAsync(GitHub, Settings(ReportSamples.Full.Check)), Is.EqualTo(new[]
    {
        "::error title=start-loader::hello:1.0: start-loader: '/bin/hello' is linked dynamically, and its loader '/lib/ld.so' is not in "
            + "the image. Link it statically.",
        "::warning title=safe-setuid::hello:1.0: safe-setuid: '/bin/a' has the mode 4755. '/bin/b' has the mode 4755. Take the bits away.",
        "::notice title=small-waste::hello:1.0: small-waste: 1 kB is wasted. Do it in one step.",
    }));

    [Test]
    public async Task Azure_Pipelines_gets_errors_and_warnings() =>
        Assert.That(await ToldAsync(Azure, Settings(ReportSamples.Full.Check)), Is.EqualTo(new[]
    {
        "##vso[task.logissue type=error;]hello:1.0: start-loader: '/bin/hello' is linked dynamically, and its loader '/lib/ld.so' is not "
            + "in the image. Link it statically.",
        "##vso[task.logissue type=warning;]hello:1.0: safe-setuid: '/bin/a' has the mode 4755. '/bin/b' has the mode 4755. Take the bits "
            + "away.",
    }));

    [Test]
    public async Task TeamCity_gets_errors_and_warnings() =>
        Assert.That(await ToldAsync(TeamCity, Settings(ReportSamples.Full.Check)), Is.EqualTo(new[]
    {
        "##teamcity[message text='hello:1.0: start-loader: |'/bin/hello|' is linked dynamically, and its loader |'/lib/ld.so|' is not in "
            + "the image. Link it statically.' status='ERROR']",
        "##teamcity[message text='hello:1.0: safe-setuid: |'/bin/a|' has the mode 4755. |'/bin/b|' has the mode 4755. Take the bits "
            + "away.' status='WARNING']",
    }));

    [Test]
    public async Task No_text_ends_a_command_or_begins_another([Values] bool github)
    {
        var told = await ToldAsync(github ? GitHub : Azure, Settings(ReportSamples.Broken.Check));
        Assert.That(told, Has.Count.EqualTo(1));
        Assert.That(told[0], Does.StartWith(github ? "::error " : "##vso[task.logissue ").And.Not.Contain("\u001b"));
        Assert.That(told[0].LastIndexOf("##vso[", StringComparison.Ordinal), Is.LessThanOrEqualTo(0));
    }

    [Test]
    public async Task Of_each_level_ten_are_told_and_the_gravest_first()
    {
        var told = await ToldAsync(GitHub,
            Settings(new CheckResult("hello:1.0", [.. ReportSamples.Large.Check!.Findings, ReportSamples.Loader])));
        Assert.That(told, Has.Count.EqualTo(11));
        Assert.That(told[0], Does.StartWith("::error "));
    }

    [Test]
    public async Task Nothing_is_told_where_it_is_not_wanted_not_checked_or_no_pipeline()
    {
        var unwanted = Settings(ReportSamples.Full.Check);
        unwanted.Warnings = false;
        Assert.That(await ToldAsync(GitHub, unwanted), Is.Empty);
        Assert.That(await ToldAsync(GitHub, Settings(check: null)), Is.Empty);
        Assert.That(await ToldAsync([], Settings(ReportSamples.Full.Check)), Is.Empty);
    }
}
