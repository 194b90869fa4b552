using Cake.MultiStage.Projects;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

/// <summary>What a final stage gets beside the program, by a property each.</summary>
public sealed class RuntimeFilesTests : FolderFixture
{
    private string Text(Action<ProjectSettings> configure)
    {
        var settings = new ProjectSettings { BuilderImage = "debian:trixie-slim" };
        settings.Artifacts.Add("/out/app", "/bin/app");
        configure(settings);
        return AnyProject.Describe(_folder.Path, settings).ToDockerfile().ToString();
    }

    [Test]
    public void Nothing_is_added_that_is_not_asked_for() =>
        Assert.That(Text(_ => { }), Does.Not.Contain("system-files").And.Not.Contain("shared-libraries"));

    [Test]
    public void A_user_and_a_temporary_folder_are_made_in_a_stage_of_their_own() =>
        Assert.That(Text(settings => (settings.UserEntry, settings.TemporaryDirectory, settings.User) = (true, true, "1000:2000")),
            Does.Contain(
            """
            FROM debian:trixie-slim AS system-files
            RUN mkdir -p /system-files/etc /system-files/home/app \
             && chown 1000:2000 /system-files/home/app \
             && printf "root:x:0:0:root:/root:/sbin/nologin\napp:x:1000:2000:app:/home/app:/sbin/nologin\n" > /system-files/etc/passwd \
             && printf "root:x:0:\napp:x:2000:\n" > /system-files/etc/group
            RUN mkdir -p /system-files/tmp \
             && chmod 1777 /system-files/tmp

            FROM scratch AS final
            COPY --from=system-files /system-files/ /
            COPY --from=builder /out/app /bin/app

            """));

    [Test]
    public void Certificates_and_time_zones_are_installed_where_the_builder_lacks_them() =>
        Assert.That(Text(settings => (settings.CaCertificates, settings.TimeZones) = (true, true)),
            Does.Contain("apt-get install -y --no-install-recommends ca-certificates").And.Contain("apk add --no-cache tzdata")
                .And.Contain("cp -a /usr/share/zoneinfo"));

    [Test]
    public void Shared_libraries_are_worked_out_after_the_build() =>
        Assert.That(Text(settings => settings.SharedLibraries.Add("/out/app")),
            Does.Contain("FROM builder AS shared-libraries").And.Contain("ldd /out/app")
                .And.Contain("COPY --from=shared-libraries /shared-libraries/ /"));

    [TestCase(null, "it is not set")]
    [TestCase("app", "it is 'app'")]
    public void A_user_entry_needs_numbers(string? user, string reason) =>
        Assert.That(() => Text(settings => (settings.UserEntry, settings.User) = (true, user)),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains(reason));
}
