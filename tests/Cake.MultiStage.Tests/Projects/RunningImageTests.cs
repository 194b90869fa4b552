using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Go;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

/// <summary>
/// What an image says of how it is run: folders that are written to, what outlives the container, whether the program is well.
/// </summary>
public sealed class RunningImageTests : FolderFixture
{
    [SetUp]
    public void Fill() => _folder.File("main.go");

    private string Text(Action<GoProjectSettings> configure)
    {
        var settings = new GoProjectSettings { Name = "x" };
        configure(settings);
        return GoPreset.Describe(_folder.Path, settings).ToDockerfile().ToString();
    }

    [Test]
    public void A_folder_that_is_written_to_belongs_to_the_user_of_the_image() =>
        Assert.That(Text(go => go.WritableFolders = ["/var/lib/x/", "/data"]), Does.Contain(
            """
            RUN mkdir -p /system-files/var/lib/x /system-files/data \
             && chown 65532:65532 /system-files/var/lib/x /system-files/data

            """).And.Contain("COPY --from=system-files /system-files/ /\n"));

    [Test]
    public void A_volume_does_so_too_and_is_declared() =>
        Assert.That(Text(go => (go.Volumes, go.User) = (["/data"], "1000")),
            Does.Contain("chown 1000:1000 /system-files/data\n").And.Contain("VOLUME /data\nUSER 1000\n"));

    [Test]
    public void What_ships_into_such_a_folder_belongs_to_the_user_too() =>
        Assert.That(
            Text(go =>
            {
                go.WritableFolders.Add("/data");
                go.Artifacts.Add("/src/seed.db", "/data/seed.db");
                go.Artifacts.Add("/src/other", "/database");
            }),
            Does.Contain("COPY --from=builder --chown=65532:65532 /src/seed.db /data/seed.db\nCOPY --from=builder /src/other /database\n"));

    [Test]
    public void The_folder_for_temporary_files_is_everybodys() =>
        Assert.That(Text(go => go.WritableFolders.Add("/tmp")),
            Does.Contain("mkdir -p /system-files/tmp \\\n && chmod 1777 /system-files/tmp\n").And.Not.Contain("chown"));

    [TestCase("data", "65532")]
    [TestCase("/", "65532")]
    [TestCase("/a/../b", "65532")]
    [TestCase("/data", "app")]
    public void What_can_not_be_made_is_told(string path, string user) =>
        Assert.That(
            () => Text(go => (go.WritableFolders, go.User) = ([path], user)),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains(user == "app"
                ? "need a numeric user"
                : $"'{path}' is not a folder to write to").Or.Message.Contains("needs a numeric user"));

    [Test]
    public void A_health_check_is_in_exec_form() =>
        Assert.That(
            Text(
                go => go.HealthCheck = new HealthCheck("/bin/x", "-healthy")
                    { Interval = TimeSpan.FromSeconds(5), Timeout = TimeSpan.FromSeconds(2), StartPeriod = TimeSpan.FromMinutes(1),
                        Retries = 4 }),
            Does.Contain("HEALTHCHECK --interval=5s --timeout=2s --start-period=60s --retries=4 CMD [\"/bin/x\", \"-healthy\"]\nUSER "));

    [Test]
    public void None_takes_that_of_the_base_away() =>
        Assert.That(Text(go => go.HealthCheck = HealthCheck.None), Does.Contain("HEALTHCHECK NONE\n"));

    [Test]
    public void What_a_framework_needs_is_added_to_and_a_check_is_replaced()
    {
        var folder = new ProjectFolder(_folder.Path);
        var preset = new Preset
        {
            Name = "x",
            Builder = Stage.From("a"),
            Base = ChosenBase.Given("scratch", new GoProjectSettings()),
            Artifacts = [new Artifact("/x", "/x")],
            User = "1:1",
            WritableFolders = ["/cache"],
            Volumes = ["/db"],
            HealthCheck = new HealthCheck("/own"),
        };
        var project = preset.Compose(folder,
            new GoProjectSettings { WritableFolders = ["/more"], HealthCheck = new HealthCheck("/given") });
        Assert.That(project.ToDockerfile().ToString(),
            Does.Contain("chown 1:1 /system-files/cache /system-files/more /system-files/db").And.Contain("VOLUME /db")
                .And.Contain("CMD [\"/given\"]"));
        Assert.That(preset.Compose(folder, new GoProjectSettings()).HealthCheck, Is.EqualTo(preset.HealthCheck));
    }
}
