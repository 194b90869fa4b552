using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.EngineTests.Kit;

/// <summary>Faults, one each, which a check has to find in the sound image of <see cref="CheckFixture"/>.</summary>
internal static class SeededImages
{
    public const string Debian = "debian:trixie-slim";

    public static Action<ProjectSettings> Sound => _ => { };

    public static Action<ProjectSettings> DynamicProgram => settings =>
    {
        settings.BuilderImage = Debian;
        settings.Artifacts[0] = new Artifact("/usr/bin/sort", "/bin/app");
    };

    /// <summary>
    /// Gets a program whose header names another processor: the number is its 19th byte, 0xB7 for AArch64, 0x3E for x86-64.
    /// </summary>
    public static Action<ProjectSettings> OtherProcessor => settings =>
        settings.Commands.Add(
            "case $(uname -m) in x86_64) m='\\267';; *) m='\\76';; esac; printf \"$m\" | dd of=/bin/app bs=1 seek=18 conv=notrunc");

    public static Action<ProjectSettings> OlderDotNetRuntime => settings =>
    {
        settings.Commands.Add(
            "mkdir -p /usr/share/dotnet/shared/Microsoft.NETCore.App/9.0.1 /srv && cp /bin/app /usr/share/dotnet/dotnet && touch "
                + "/srv/a.dll /usr/share/dotnet/shared/Microsoft.NETCore.App/9.0.1/x && echo "
                + "'{\"runtimeOptions\":{\"framework\":{\"name\":\"Microsoft.NETCore.App\",\"version\":\"10.0.0\"}}}' > "
                + "/srv/a.runtimeconfig.json");
        settings.Artifacts.Add("/usr/share/dotnet", "/usr/share/dotnet");
        settings.Artifacts.Add("/srv", "/srv");
        settings.Entrypoint = ["/usr/share/dotnet/dotnet", "/srv/a.dll"];
    };

    public static Action<ProjectSettings> SetUserId => settings =>
    {
        settings.Commands.Add("cp /bin/app /bin/own-su && chmod 4755 /bin/own-su");
        settings.Artifacts.Add("/bin/own-su");
    };

    public static Action<ProjectSettings> Wasteful => settings =>
    {
        settings.FinalBase = "shipped";
        settings.Stages.Add(Stage.From(Workspace.Busybox).Named("shipped").Run("dd if=/dev/urandom of=/big bs=1M count=3").Run("rm /big"));
    };

    public static Action<ProjectSettings> DeletedKey(Workspace work)
    {
        work.Write("deploy.pem", "-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----\n");
        return settings =>
        {
            settings.FinalBase = "shipped";
            settings.Stages.Add(Stage.From(Workspace.Busybox)
                .Named("shipped")
                .Copy("deploy.pem", "/root/deploy.pem")
                .Run("rm /root/deploy.pem"));
        };
    }
}
