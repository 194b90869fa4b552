using Cake.MultiStage.Building;
using Cake.MultiStage.EngineTests.Kit;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.EngineTests;

/// <summary>A final stage on scratch gets what its program needs, and no more.</summary>
[TestFixture(BuilderKind.BuildKit)]
[TestFixture(BuilderKind.Legacy)]
public sealed class RuntimeFileTests(BuilderKind builder) : WorkspaceFixture
{
    private const string Debian = "debian:trixie-slim";

    [Test]
    public async Task A_dynamic_program_runs_on_scratch_with_the_closure_of_its_libraries()
    {
        await BuildAsync(Project(settings =>
        {
            settings.Artifacts.Add("/usr/bin/tar", "/bin/tar");
            settings.SharedLibraries.Add("/usr/bin/tar");
        }));
        var (exitCode, output) = await _work.Engine.RunAsync(_work.Tag, "/bin/tar", "--version");
        Assert.That(exitCode, Is.Zero);
        Assert.That(output, Does.StartWith("tar (GNU tar)"));
    }

    [Test]
    public async Task A_library_outside_the_loaders_folders_is_found_by_the_cache_that_comes_with_it()
    {
        var project = Project(settings =>
        {
            settings.Commands.Add(
                "mkdir -p /opt/own && echo /opt/own > /etc/ld.so.conf.d/own.conf && cp -a /usr/lib/*/libacl.so.1* /opt/own/ && rm "
                    + "/usr/lib/*/libacl.so.1* && ldconfig");
            settings.Artifacts.Add("/usr/bin/tar", "/bin/tar");
            settings.SharedLibraries.Add("/usr/bin/tar");
        });
        await BuildAsync(project);
        Assert.That((await _work.Engine.RunAsync(_work.Tag, "/bin/tar", "--create", "--file=/dev/null", "/opt/own/libacl.so.1")).ExitCode,
            Is.Zero);
    }

    [Test]
    public async Task Certificates_user_and_temporary_folder_come_by_a_property_each()
    {
        await BuildAsync(Project(settings =>
        {
            settings.BuilderImage = "golang:1.21";
            (settings.CaCertificates, settings.UserEntry, settings.TemporaryDirectory) = (true, true, true);
            settings.User = "65532:65532";
            settings.SharedLibraries.Add("/usr/bin/sort");
        }));
        Assert.That((await _work.Engine.RunAsync(_work.Tag, "/bin/sort", "/etc/ssl/certs/ca-certificates.crt")).Output,
            Does.Contain("-----BEGIN CERTIFICATE-----"));
        Assert.That(await _work.Engine.ReadFileAsync(_work.Tag, "/etc/passwd"),
            Is.EqualTo("root:x:0:0:root:/root:/sbin/nologin\napp:x:65532:65532:app:/home/app:/sbin/nologin\n"));
        Assert.That(await _work.Engine.ReadFileAsync(_work.Tag, "/etc/group"), Is.EqualTo("root:x:0:\napp:x:65532:\n"));
        Assert.That((await _work.Engine.RunAsync(_work.Tag, "/bin/sort", "-T", "/tmp", "-o", "/tmp/out", "/etc/passwd")).ExitCode, Is.Zero);
    }

    [TestCase("scratch")]
    [TestCase("debian:trixie-slim")]
    public async Task The_user_of_the_image_writes_to_the_folders_that_are_its_own(string final)
    {
        await BuildAsync(Project(settings =>
        {
            (settings.FinalBase, settings.User) = (final, "65532:65532");
            settings.Artifacts.Add("/usr/bin/cp", "/bin/copy");
            settings.SharedLibraries = ["/usr/bin/cp", "/usr/bin/sort"];
            settings.WritableFolders = ["/var/lib/app"];
            settings.Volumes = ["/data"];
        }));
        foreach (var folder in (string[])["/var/lib/app", "/data"])
        {
            var (exitCode, output) = await _work.Engine.RunAsync(_work.Tag, "/bin/copy", "/bin/sort", folder + "/written");
            Assert.That(exitCode, Is.Zero, output);
        }

        Assert.That((await _work.Engine.RunAsync(_work.Tag, "/bin/copy", "/bin/sort", "/var/lib/other")).ExitCode, Is.Not.Zero);
    }

    private Task<BuiltImage> BuildAsync(ImageProject project) => _work.BuildAsync(project, builder);

    private ImageProject Project(Action<ProjectSettings> configure) => _work.Project(settings =>
    {
        settings.BuilderImage = Debian;
        settings.Artifacts.Add("/usr/bin/sort", "/bin/sort");
        configure(settings);
    });
}
