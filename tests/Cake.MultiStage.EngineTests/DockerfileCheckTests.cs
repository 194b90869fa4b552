using Cake.MultiStage.Checking;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.EngineTests.Kit;

namespace Cake.MultiStage.EngineTests;

/// <summary>
/// What is unsound in the Dockerfile of an image, what an image for production ships without need, and bytes that are there twice.
/// </summary>
public sealed class DockerfileCheckTests : CheckFixture
{
    [Test]
    public async Task Each_unsound_instruction_is_found_in_the_stages_that_were_built()
    {
        var findings = await FindAsync(settings =>
        {
            settings.FinalBase = "shipped";
            settings.Arguments["VERSION"] = "";
            settings.Stages.Add(Stage.From("debian:${VERSION:-trixie-slim}").Named("unused").With(new MaintainerInstruction("nobody")));
            settings.Stages.Add(Stage.From(Workspace.Busybox).Named("shipped")
                .With(new MaintainerInstruction("somebody"))
                .Arg("NPM_TOKEN")
                .With(new EnvInstruction("BOTH", "$PATH:$NOWHERE") { Expand = true })
                .Cmd("/bin/one").Cmd("/bin/two")
                .With(new CmdInstruction(new ShellCommand("exec /bin/app"))));
        });
        Assert.That(findings.Select(finding => finding.Rule).Where(rule => rule.StartsWith("dockerfile-", StringComparison.Ordinal)),
            Is.EquivalentTo(new[]
        {
            "dockerfile-maintainer-deprecated", "dockerfile-secrets-in-arg-or-env", "dockerfile-undefined-var",
            "dockerfile-multiple-instructions", "dockerfile-json-args",
        }));
        Assert.That(findings.Single(finding => finding.Rule == "dockerfile-undefined-var").Message,
            Does.Contain("$NOWHERE").And.Contain("stage 'shipped'"));
    }

    [Test]
    public async Task A_base_whose_tag_says_nothing_is_found_also_where_files_are_copied_from_it()
    {
        await MeasureAsync(settings => settings.FinalBase = Workspace.Busybox);
        await Work.Engine.TagAsync(Work.Tag, Work.Repository, "latest");
        var findings = await FindAsync(settings =>
        {
            settings.BuilderImage = Work.Repository;
            settings.Artifacts.Add("/etc/passwd", "/etc/passwd", from: $"{Work.Repository}:latest");
        });
        Assert.That(findings.Select(finding => finding.Rule), Is.EqualTo(new[] { "dockerfile-base-tag", "dockerfile-base-tag" }));
        Assert.That(findings.Select(finding => finding.Message), Has.One.Contain("has no tag").And.One.Contain("the tag 'latest'"));
    }

    [TestCase("DB_PASSWORD", "correct-horse")]
    [TestCase("DATABASE_URL", "postgres://me:correct-horse@db:5432/app")]
    [TestCase("CONNECTION", "Server=db;User Id=me;Password=correct-horse")]
    public async Task A_password_in_the_environment_is_found_once(string name, string value)
    {
        var findings = await FindAsync(settings => settings.Environment[name] = value);
        Assert.That(findings.Select(finding => finding.Rule), Is.EqualTo(new[] { "safe-environment" }));
        Assert.That(findings[0].ToString(), Does.Contain(name).And.Not.Contain("correct-horse"));
    }

    [TestCase("DB_PASSWORD_FILE", "/run/secrets/db")]
    [TestCase("DATABASE_URL", "postgres://db:5432/app")]
    [TestCase("TOKEN", "/run/secrets/token")]
    public async Task A_variable_that_only_leads_to_a_password_is_not(string name, string value) =>
        Assert.That((await FindAsync(settings => settings.Environment[name] = value)).Where(finding => finding.Rule == "safe-environment"),
            Is.Empty);

    [Test]
    public async Task A_shell_and_a_package_manager_are_noted_once_with_the_base_that_has_them()
    {
        var findings = await FindAsync(settings => settings.FinalBase = Debian);
        Assert.That(findings.Select(finding => (finding.Rule, finding.Level)), Is.EqualTo(new[] { ("safe-shell", FindingLevel.Note) }));
        Assert.That(findings[0].Message, Does.Contain("a shell").And.Contain("a package manager").And.Contain($"'{Debian}' with its"));
    }

    [Test]
    public async Task An_image_for_development_may_have_a_shell()
    {
        var measured = await MeasureAsync(
            settings => settings.Stages.Add(Stage.From(Debian).Named("development").User("1000").Cmd("/bin/true")), target: "development");
        Assert.That(await FindAsync(measured), Is.Empty);
    }

    [Test]
    public async Task A_changed_owner_that_repeats_megabytes_is_found_once_with_what_to_use_instead()
    {
        var findings = await FindAsync(settings =>
        {
            settings.FinalBase = "shipped";
            settings.Stages.Add(Stage.From(Workspace.Busybox)
                .Named("shipped")
                .Run("mkdir /data && dd if=/dev/urandom of=/data/one bs=1M count=2 && cp /data/one /data/two && echo 2 >> /data/two")
                .Run("chown -R 65532 /data"));
        });
        var found = findings.Single(finding => finding.Rule is "small-waste" or "small-metadata");
        Assert.That(found.Rule, Is.EqualTo("small-metadata"));
        Assert.That(found.Message, Does.Contain("chown -R 65532 /data").And.Contain("2 files"));
        Assert.That(found.Fix, Does.Contain("--chown"));
    }
}
