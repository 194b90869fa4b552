using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.Checking;
using Cake.MultiStage.Dockerfiles.Reading;
using Cake.MultiStage.Images;
using Cake.MultiStage.Tests.Aliases;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Checking;

/// <summary>Checks of a Dockerfile that nothing was built of, and those that BuildKit makes itself.</summary>
public sealed class DockerfileCheckerTests : CakeFixture
{
    private CheckResult Check(string text, Action<MultiStageCheckSettings>? configure = null)
    {
        _folder.File("Dockerfile", text);
        var project = Cake().MultiStageFromDockerfile(".",
            settings => settings.Secrets["none"] = BuildSecret.FromEnvironment("NOT_SET_ANYWHERE"));
        return Cake().MultiStageCheck(project, configure ?? (_ => { }));
    }

    private IEnumerable<string> Rules(string text) => Check(text).Findings.Select(finding => finding.Rule);

    [TestCase("FROM busybox:1 AS base-amd64\nFROM base-$TARGETARCH\n")]
    [TestCase("ARG DEBUG\nFROM busybox:1 AS app-linux-debug\nFROM app-$TARGETOS${DEBUG:+-debug}\n")]
    [TestCase("FROM --platform=$BUILDPLATFORM busybox:1 AS build\nFROM example.com/base:$TARGETARCH$TARGETVARIANT\n")]
    public void A_base_that_the_platform_chooses_needs_no_argument(string text) => Assert.That(Rules(text), Is.Empty);

    [TestCase("FROM scratch AS base\nSHELL [\"/bin/own\"]\nFROM base\nCMD run\n", 0)]
    [TestCase("FROM scratch\nSHELL [\"/bin/own\"]\nENTRYPOINT run\n", 0)]
    [TestCase("FROM scratch\nENTRYPOINT run\nSHELL [\"/bin/own\"]\n", 1)]
    public void A_shell_that_was_named_before_is_meant(string text, int count) =>
        Assert.That(Rules(text).Count(rule => rule == "dockerfile-json-args"), Is.EqualTo(count));

    [Test]
    public void A_Dockerfile_is_checked_before_anything_is_built()
    {
        var result = Check("FROM debian:13 as Web\nENV API_TOKEN secret\nCMD run\nCMD [\"a\"]\n");
        Assert.That(result.Findings.Select(finding => (finding.Rule, finding.Line)), Is.EquivalentTo(new (string, int?)[]
        {
            ("dockerfile-from-as-casing", 1), ("dockerfile-stage-name-casing", 1), ("dockerfile-legacy-key-value-format", 2),
            ("dockerfile-secrets-in-arg-or-env", 2), ("dockerfile-json-args", 3), ("dockerfile-multiple-instructions", 3),
        }));
        Assert.That(result.Findings.Single(finding => finding.Rule == "dockerfile-json-args").Message,
            Is.EqualTo("CMD is in shell form, in line 3."));
        Assert.That(result.Findings.Single(finding => finding.Rule == "dockerfile-secrets-in-arg-or-env").Message,
            Does.EndWith("in line 2."));
        Assert.That(_log.Written.Select(line => line.Text), Is.EqualTo(result.Findings.Select(finding => finding.ToString())));
    }

    [Test]
    public void What_the_file_has_skipped_is_skipped()
    {
        Assert.That(Rules("# check=skip=JSONArgsRecommended, fromascasing;error=true\nFROM debian as web\nCMD run\n"),
            Is.EqualTo(new[] { "dockerfile-base-tag" }));
        Assert.That(Rules("# check=skip=all\nFROM debian as web\nCMD run\n"), Is.EqualTo(new[] { "dockerfile-base-tag" }));
    }

    [TestCase("# check=skip=JSONArgsRecommended // a shell is wanted\nCMD run\n", "")]
    [TestCase("# why\n# check=skip=all\n\nCMD run\n", "")]
    [TestCase("# check=skip=JSONArgsRecommended\n#\nCMD run\n", "dockerfile-json-args")]
    [TestCase("# check=skip=StageNameCasing\nCMD run\n", "dockerfile-json-args")]
    [TestCase("# check=skip=JSONArgsRecommended\nUSER a\nCMD run\n", "dockerfile-json-args")]
    [TestCase("# check=skip=JSONArgsRecommended\nCMD run\nENTRYPOINT run\n", "dockerfile-json-args")]
    public void What_a_comment_above_an_instruction_has_skipped_is_skipped_for_it_alone(string text, string rules) =>
        Assert.That(string.Join(' ', Rules($"FROM debian:13\n{text}")), Is.EqualTo(rules));

    [TestCase("*\n", ".", true)]
    [TestCase("*\n!a\n", ".", false)]
    [TestCase(".*\n", ".", false)]
    [TestCase("dist\n!dist/app\n", "dist", false)]
    [TestCase("dist\n!dist/app\n", "dist/other", true)]
    [TestCase("*.log\n", "*.log", true)]
    [TestCase("?.log\n", "*.log", false)]
    [TestCase("?\n", ".", false)]
    [TestCase("*\n!package.json\n", "package*.json", false)]
    public void A_source_is_ignored_where_nothing_of_it_can_travel(string ignored, string source, bool isFound)
    {
        _folder.File(".dockerignore", ignored);
        var rules = Rules($"FROM scratch\nCOPY {source} /a/\n");
        Assert.That(rules.Contains("dockerfile-copy-ignored-file", StringComparer.Ordinal), Is.EqualTo(isFound));
    }

    [Test]
    public void An_ignore_file_beside_the_Dockerfile_is_meant_first()
    {
        _folder.File(".dockerignore", "a\n").File("docker/web.Dockerfile", "FROM scratch\nCOPY a b /\n")
            .File("docker/web.Dockerfile.dockerignore", "b\n");
        var project = Cake().MultiStageFromDockerfile("docker/web.Dockerfile", settings => settings.Context = ".");
        Assert.That(Cake().MultiStageCheck(project).Findings.Single().Message, Does.Contain("takes 'b'"));
    }

    [TestCase("# check=experimental=InvalidDefinitionDescription\n", "2 4 6")]
    [TestCase("# check=experimental=all\n", "2 4 6")]
    [TestCase("#\n", "")]
    public void What_describes_nothing_is_told_where_the_file_asks_for_it(string head, string lines)
    {
        var found = Check(head + "ARG A=1\n# stage\nFROM scratch AS base\n# other\nARG B C\n# C is described\nARG B C\n"
            .Replace("ARG A=1", "# no name\nARG A=1", StringComparison.Ordinal)).Findings
            .Where(finding => finding.Rule == "dockerfile-invalid-definition-description");
        Assert.That(string.Join(' ', found.Select(finding => finding.Line - 1)), Is.EqualTo(lines));
    }

    [Test]
    public void An_image_that_files_come_from_is_told_with_its_line()
    {
        var found = Check("FROM debian:13\nRUN true\nCOPY --from=tools /a /a\nRUN --mount=from=others:latest,target=/b true\n").Findings;
        Assert.That(found.Select(finding => (finding.Rule, finding.Line)),
            Is.EqualTo(new (string, int?)[] { ("dockerfile-base-tag", 3), ("dockerfile-base-tag", 4) }));
        Assert.That(found[0].Message, Does.EndWith("in line 3."));
    }

    [Test]
    public void What_a_policy_changed_keeps_its_line()
    {
        var file = DockerfileReader.Read("FROM a AS x\nUSER b\n# why\nFROM c\nCOPY --from=d /e /f\n").WithImages(
            new Dictionary<string, string>(StringComparer.Ordinal), image => ImageReference.Parse("mirror.test/" + image));
        var found = new CheckedDockerfile(file);
        var last = file.Stages[1];
        Assert.That((found.LineOf(last, null), found.LineOf(last, last.Instructions[0]), found.Place(last)),
            Is.EqualTo(((int?)4, (int?)5, "line 4 (FROM mirror.test/c)")));
    }

    [Test]
    public void Settings_skip_and_change_levels_and_fail()
    {
        Assert.That(Check("FROM debian:13\nCMD run\n", check => check.Skip.Add("dockerfile-json-args")).Findings, Is.Empty);
        Assert.That(
            Assert.Throws<CheckFailedException>(
                () => Check("FROM debian:13\nCMD run\n", check => check.Levels["dockerfile-json-args"] = FindingLevel.Error))!.Message,
                    Does.Contain("in line 2."));
        Assert.That(Assert.Throws<MultiStageException>(() => Check("FROM debian:13\n", check => check.Skip.Add("none")))!.Message,
            Does.Contain("There is no check 'none'"));
        Assert.That(
            Assert.Throws<MultiStageException>(
                () => Check("FROM debian:13\n", check => check.Start = new MultiStageStartSettings()))!.Message,
                    Does.Contain("nothing can be started"));
    }

    [Test]
    public void A_file_that_is_ignored_can_not_be_copied()
    {
        _folder.File(".dockerignore", "left\n");
        var finding = Check("FROM scratch\nCOPY kept left /\nADD https://left/ l*t /\n").Findings.Single();
        Assert.That((finding.Rule, finding.Line, finding.Message),
            Is.EqualTo(("dockerfile-copy-ignored-file", (int?)2, "COPY takes 'left', which the ignore file leaves out, in line 2.")));
        Assert.That(Check("FROM scratch\nCOPY left /\n", check => check.Skip.Add("dockerfile-copy-ignored-file")).Findings, Is.Empty);
    }

    [TestCase("FromAsCasing", "dockerfile-from-as-casing")]
    [TestCase("JSONArgsRecommended", "dockerfile-json-args")]
    [TestCase("undefinedvar", "dockerfile-undefined-var")]
    [TestCase("NewInX1", "dockerfile-new-in-x1")]
    public void A_check_of_Dockers_has_its_id(string rule, string id) => Assert.That(DockerChecks.IdOf(rule), Is.EqualTo(id));

    [Test]
    public void What_BuildKit_says_is_taken_and_ours_steps_back()
    {
        var ours = new[] { new Finding("dockerfile-json-args", FindingLevel.Warning, "Ours.", "Fix."),
            new Finding("safe-user", FindingLevel.Warning, "Ours.", "Fix.") };
        var theirs = new BuildFinding("JSONArgsRecommended", "JSON arguments recommended for CMD")
            { Address = new Uri("https://docs.docker.com/x/"), FirstLine = 7, LastLine = 8 };
        var findings = DockerChecks.With([theirs, new BuildFinding("", "a note without a rule")], ours, DockerfileReader.Read("FROM a"))
            .ToList();
        Assert.That(findings.Select(finding => finding.Rule), Is.EqualTo(new[] { "safe-user", "dockerfile-json-args" }));
        Assert.That(findings[1],
            Has.Property("Message").EqualTo("JSON arguments recommended for CMD, in line 7 of the Dockerfile.").And.Property("Fix")
                .EqualTo("See https://docs.docker.com/x/ .")
            .And.Property("Line").EqualTo(7).And.Property("Address").EqualTo(theirs.Address));
    }
}
