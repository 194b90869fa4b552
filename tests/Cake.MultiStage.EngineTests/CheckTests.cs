using Cake.MultiStage.Aliases;
using Cake.MultiStage.Checking;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.EngineTests.Kit;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.EngineTests;

/// <summary>Each seeded fault is found, before the image is run, with what brought it; a sound image has no finding.</summary>
public sealed class CheckTests : CheckFixture
{
    [Test]
    public async Task A_sound_image_has_no_finding() =>
        Assert.That(await FindAsync(_ => { }), Is.Empty);

    [Test]
    public async Task A_dynamic_program_on_scratch_is_caught_and_its_loader_named()
    {
        var found = await OneAsync("start-loader", settings =>
        {
            settings.BuilderImage = Debian;
            settings.Artifacts[0] = new Artifact("/usr/bin/sort", "/bin/app");
        });
        Assert.That(found.Message, Does.Contain("'/bin/app' is linked dynamically").And.Contain("ld-linux"));
        Assert.That(found.Instruction, Does.StartWith("COPY /usr/bin/sort /bin/app"));
        Assert.That(found.Level, Is.EqualTo(FindingLevel.Error));
        Assert.That(found.Fix, Does.Contain("SharedLibraries.Add(\"/bin/app\")"));
    }

    [Test]
    public async Task A_library_that_is_missing_is_named_with_what_needs_it()
    {
        var found = await OneAsync("start-libraries", settings =>
        {
            settings.BuilderImage = Debian;
            settings.Artifacts[0] = new Artifact("/usr/bin/tar", "/bin/app");
            settings.Commands.Add("mkdir -p /only && cp -L --parents /lib64/ld-linux-*.so.* /only/ && cp -L --parents /lib/*/libc.so.6 /only/");
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
        Assert.That((await OneAsync("start-program", settings => settings.Entrypoint = ["/bin/other"])).Message, Does.Contain("'/bin/other' is not in the image"));

    [Test]
    public async Task A_shell_form_without_a_shell_is_told() =>
        Assert.That((await OneAsync("start-program", settings => settings.Entrypoint = ["/bin/sh", "-c", "/bin/app"])).Message, Does.Contain("shell form"));

    [Test]
    public async Task A_program_that_may_not_be_executed_is_told()
    {
        var found = await OneAsync("start-executable", settings => settings.Commands.Add("chmod 640 /bin/app"));
        Assert.That(found.Message, Does.Contain("can't be executed by user '65532:65532'").And.Contain("640"));
    }

    [Test]
    public async Task A_program_for_another_processor_is_told()
    {
        // e_machine is the 19th byte of the header; 0xB7 is AArch64's number, 0x3E that of x86-64.
        var found = await OneAsync("start-platform", settings => settings.Commands.Add("case $(uname -m) in x86_64) m='\\267';; *) m='\\76';; esac; printf \"$m\" | dd of=/bin/app bs=1 seek=18 conv=notrunc"));
        Assert.That(found.Message, Does.Contain("'/bin/app' is a program for"));
    }

    [Test]
    public async Task A_script_without_its_interpreter_is_told()
    {
        var found = await OneAsync("start-interpreter", settings => settings.Commands.Add("printf '#!/usr/bin/perl\\n' > /bin/app"));
        Assert.That(found.Message, Does.Contain("'/usr/bin/perl'"));
    }

    [Test]
    public async Task A_dotnet_program_without_its_runtime_is_told()
    {
        var found = await OneAsync("start-dotnet", settings =>
        {
            settings.Commands.Add("mkdir -p /usr/share/dotnet/shared/Microsoft.NETCore.App/9.0.1 /srv && cp /bin/app /usr/share/dotnet/dotnet && touch /srv/a.dll /usr/share/dotnet/shared/Microsoft.NETCore.App/9.0.1/x && echo '{\"runtimeOptions\":{\"framework\":{\"name\":\"Microsoft.NETCore.App\",\"version\":\"10.0.0\"}}}' > /srv/a.runtimeconfig.json");
            settings.Artifacts.Add("/usr/share/dotnet", "/usr/share/dotnet");
            settings.Artifacts.Add("/srv", "/srv");
            settings.Entrypoint = ["/usr/share/dotnet/dotnet", "/srv/a.dll"];
        });
        Assert.That(found.Message, Does.Contain("Microsoft.NETCore.App 10.0.0").And.Contain("9.0.1"));
    }

    [Test]
    public async Task A_key_that_a_later_layer_deletes_is_found_with_the_instruction_that_brought_it()
    {
        Work.Write("deploy.pem", "-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----\n");
        var found = await OneAsync("safe-secret", settings =>
        {
            settings.FinalBase = "shipped";
            settings.Stages.Add(Stage.From(Workspace.Busybox).Named("shipped").Copy("deploy.pem", "/root/deploy.pem").Run("rm /root/deploy.pem"));
        });
        Assert.That(found.Message, Does.Contain("'/root/deploy.pem' holds a private key").And.Contain("a later layer takes it away"));
        Assert.That(found.Instruction, Does.Contain("deploy.pem"));
    }

    [TestCase("/src/.git/config", "[remote \"origin\"]\n\turl = https://me:correct-horse@git.example.com/a.git\n", "an address with a password")]
    [TestCase("/root/.aws/credentials", "[default]\naws_secret_access_key = 0123456789abcdefghijABCDEFGHIJ0123456789\n", "a key of a cloud")]
    [TestCase("/root/.kube/config", "users:\n- name: me\n  user:\n    token: 0123456789abcdefghij\n", "a login to a cluster")]
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
    public async Task Megabytes_in_vain_are_found_with_both_instructions()
    {
        var found = await OneAsync("small-waste", settings =>
        {
            settings.FinalBase = "shipped";
            settings.Stages.Add(Stage.From(Workspace.Busybox).Named("shipped").Run("dd if=/dev/urandom of=/big bs=1M count=3").Run("rm /big"));
        });
        Assert.That(found.Message, Does.Contain("'/big'").And.Contain("dd if=/dev/urandom").And.Contain("rm /big"));
    }

    [Test]
    public async Task A_failing_check_names_rule_and_fix_and_a_rule_can_be_left_out()
    {
        var measured = await MeasureAsync(settings => settings.Entrypoint = ["/bin/other"]);
        var error = await Fault.OfAsync<CheckFailedException>(() => Work.Cake.MultiStageCheckAsync(measured, new MultiStageCheckSettings()));
        Assert.That(error.Message, Does.Contain("start-program").And.Contain("correct the entry point").And.Contain("check.Skip.Add(\"start-program\")"));
        var left = await Work.Cake.MultiStageCheckAsync(measured, new MultiStageCheckSettings { Skip = ["start-program"] });
        Assert.That(left.Findings, Is.Empty);
        var unknown = await Fault.OfAsync<MultiStageException>(() => Work.Cake.MultiStageCheckAsync(measured, new MultiStageCheckSettings { Skip = ["no-such"] }));
        Assert.That(unknown.Message, Does.Contain("'no-such'").And.Contain("start-loader"));
    }
}
