using Cake.MultiStage.Dockerfiles;

namespace Cake.MultiStage.Projects;

/// <summary>Installs packages of the distribution, by apt or apk, whichever the image has.</summary>
internal static class SystemPackages
{
    /// <summary>Writes the command. With apt it leaves no lists and no archives behind where no cache is mounted.</summary>
    public static string Install(params IReadOnlyList<string> packages)
    {
        var names = string.Join(' ', packages.Select(ShellWord.Quoted));
        return "if command -v apt-get >/dev/null; then apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y "
            + $"--no-install-recommends {names}; else apk add --no-cache {names}; fi";
    }

    /// <summary>
    /// Caches of apt. Locked, as apt takes one user of them at a time (Docker's reference, <c>RUN --mount=type=cache</c>).
    /// </summary>
    public static RunMount[] Caches() =>
    [
        RunMount.Cache("/var/cache/apt", sharing: "locked"),
        RunMount.Cache("/var/lib/apt/lists", sharing: "locked"),
    ];
}
