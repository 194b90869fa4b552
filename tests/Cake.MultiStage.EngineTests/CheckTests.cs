using Cake.MultiStage.Aliases;
using Cake.MultiStage.Checking;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.EngineTests.Kit;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.EngineTests;

/// <summary>
/// What keeps an image from starting, or gives something away, is found before it is run; <see cref="SeededFaultTests"/> has what is looked
/// for on every engine.
/// </summary>
public sealed class CheckTests : CheckFixture
{
    [Test]
    public async Task A_library_that_is_missing_is_named_with_what_needs_it()
    {
        var found = await OneAsync("start-libraries", settings =>
        {
            settings.BuilderImage = Debian;
            settings.Artifacts[0] = new Artifact("/usr/bin/tar", "/bin/app");
            settings.Commands.Add(
                "mkdir -p /only && cp -L --parents /lib64/ld-linux-*.so.* /only/ && cp -L --parents /lib/*/libc.so.6 /only/");
            settings.Artifacts.Add("/only/", "/");
        });
        Assert.That(found.Message, Does.Contain("'/bin/app' needs the library 'libacl.so.1'"));
    }

    [Test]
    public async Task A_closure_of_libraries_has_no_finding() => Assert.That(
        await FindAsync(settings =>
        {
            settings.BuilderImage = Debian;
            settings.Artifacts[0] = new Artifact("/usr/bin/tar", "/bin/app");
            settings.SharedLibraries.Add("/usr/bin/tar");
            settings.TemporaryDirectory = true;
        }),
        Is.Empty);

    [Test]
    public async Task A_program_that_is_missing_is_told() =>
        Assert.That((await OneAsync("start-program", settings => settings.Entrypoint = ["/bin/other"])).Message,
            Does.Contain("'/bin/other' is not in the image"));

    [Test]
    public async Task A_shell_form_without_a_shell_is_told() =>
        Assert.That((await OneAsync("start-program", settings => settings.Entrypoint = ["/bin/sh", "-c", "/bin/app"])).Message,
            Does.Contain("shell form"));

    [Test]
    public async Task A_program_that_may_not_be_executed_is_told()
    {
        var found = await OneAsync("start-executable", settings => settings.Commands.Add("chmod 640 /bin/app"));
        Assert.That(found.Message, Does.Contain("can't be executed by user '65532:65532'").And.Contain("640"));
    }

    [Test]
    public async Task A_script_without_its_interpreter_is_told()
    {
        var found = await OneAsync("start-interpreter", settings => settings.Commands.Add("printf '#!/usr/bin/perl\\n' > /bin/app"));
        Assert.That(found.Message, Does.Contain("'/usr/bin/perl'"));
    }

    [TestCase("/src/.git/config", "[remote \"origin\"]\n\turl = https://me:correct-horse@git.example.com/a.git\n",
        "an address with a password")]
    [TestCase("/root/.aws/credentials", "[default]\naws_secret_access_key = 0123456789abcdefghijABCDEFGHIJ0123456789\n",
        "a key of a cloud")]
    [TestCase("/root/.kube/config", "users:\n- name: me\n  user:\n    token: 0123456789abcdefghij\n", "credentials of a cluster")]
    [TestCase("/app/service-account.json", "{ \"private_key\": \"-----BEGIN PRIVATE KEY-----\" }", "a private key")]
    public async Task A_login_that_came_along_is_found(string path, string content, string kind)
    {
        Work.Write("login", content);
        var found = await OneAsync("safe-secret", settings =>
        {
            settings.Stages.Add(Stage.From(StageBase.Scratch).Named("login").Copy("login", "/all" + path));
            settings.Artifacts.Add("/all/", "/", from: "login");
        });
        Assert.That(found.Message, Does.Contain($"'{path}' holds {kind}"));
    }

    [Test]
    public async Task Files_with_rights_too_many_are_found()
    {
        var findings = await FindAsync(settings =>
        {
            settings.Commands.Add("cp /bin/app /bin/own-su && chmod 4755 /bin/own-su && mkdir /data && chmod 777 /data");
            settings.Artifacts.Add("/bin/own-su");
            settings.Artifacts.Add("/data", "/srv/data");
            settings.User = null;
        });
        Assert.That(findings.Select(finding => finding.Rule), Is.SupersetOf(new[] { "safe-user", "safe-setuid" }));
        Assert.That(findings.Single(finding => finding.Rule == "safe-setuid").Message, Does.Contain("'/bin/own-su'").And.Contain("4755"));
    }

    [Test]
    public async Task A_failing_check_names_rule_and_fix_and_a_rule_can_be_left_out()
    {
        var measured = await MeasureAsync(settings => settings.Entrypoint = ["/bin/other"]);
        var error =
            await Fault.OfAsync<CheckFailedException>(() => Work.Cake.MultiStageCheckAsync(measured, new MultiStageCheckSettings()));
        Assert.That(error.Message,
            Does.Contain("start-program").And.Contain("correct the entry point").And.Contain("check.Skip.Add(\"start-program\")"));
        var left = await Work.Cake.MultiStageCheckAsync(measured, new MultiStageCheckSettings { Skip = ["start-program"] });
        Assert.That(left.Findings, Is.Empty);
        var unknown = await Fault.OfAsync<MultiStageException>(
            () => Work.Cake.MultiStageCheckAsync(measured, new MultiStageCheckSettings { Skip = ["no-such"] }));
        Assert.That(unknown.Message, Does.Contain("'no-such'").And.Contain("start-loader"));
    }
}
