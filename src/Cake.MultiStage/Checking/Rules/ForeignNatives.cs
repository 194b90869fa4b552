using Cake.MultiStage.Images;

namespace Cake.MultiStage.Checking.Rules;

/// <summary>
/// Tells by its folder for which system and processor a native library is, as packages for several of them lay theirs out.
/// </summary>
internal sealed class NativePlatform(string architecture, bool isMusl)
{
    // .NET's and Node.js' names of processors.
    private static readonly Dictionary<string, string> Architectures = new(StringComparer.Ordinal)
    {
        ["x64"] = "amd64", ["x86"] = "386", ["ia32"] = "386", ["arm64"] = "arm64", ["arm"] = "arm", ["armel"] = "arm", ["s390x"] = "s390x",
        ["ppc64le"] = "ppc64le", ["riscv64"] = "riscv64", ["loongarch64"] = "loong64", ["mips64"] = "mips64", ["ppc64"] = "ppc64",
        ["loong64"] = "loong64",
    };

    private static readonly HashSet<string> OtherSystems = new(
        ["win", "win7", "win8", "win81", "win10", "win32", "osx", "darwin", "macos", "maccatalyst", "ios", "iossimulator", "tvos",
            "android", "browser", "freebsd", "openbsd", "sunos", "illumos", "aix", "tizen", "wasi"],
        StringComparer.Ordinal);

    public static NativePlatform Of(CheckedImage image) => new(
        image.Settings.Architecture,
        image.Files.Find("/lib")?.Children.Any(file => file.Name.StartsWith("ld-musl-", StringComparison.Ordinal)) == true);

    /// <summary>Gets the folder that a file is in where that is for another platform; null where it is for this one, or for any.</summary>
    public string? ForeignFolder(string path)
    {
        var parts = path.Split('/');
        for (var at = 1; at < parts.Length - 1; at++)
        {
            var isRuntime = parts[at - 1] == "runtimes" && IsForeignRuntime(parts[at]);
            var isPrebuilt = parts[at - 1] == "prebuilds" && IsForeign(parts[at].Split('-'));
            var isPackage = parts.AsSpan(0, at).Contains("node_modules") && IsForeignPackage(parts[at].Split('-'));
            if (isRuntime || isPrebuilt || isPackage)
            {
                return string.Join('/', parts[..(at + 1)]);
            }
        }

        return null;
    }

    private bool IsForeignRuntime(string identifier) => identifier.Split('-') switch
    {
        ["unix" or "any" or "linux"] => false,
        ["linux", "musl", ..] or ["alpine", ..] when !isMusl => true,
        ["linux", "musl", var processor] => IsOther(processor),
        ["linux", "bionic", ..] => true,
        ["linux", var processor] => isMusl || IsOther(processor),
        var parts => IsForeign(parts),
    };

    private bool IsForeign(string[] parts) =>
        OtherSystems.Contains(parts[0]) || (parts is ["linux", var processor, ..] && IsOther(processor));

    /// <summary>
    /// Says whether a package's name ends in another platform's, as in <c>sharp-darwin-arm64</c> or <c>swc-linux-arm64-gnu</c>.
    /// </summary>
    private bool IsForeignPackage(string[] parts)
    {
        var at = Array.FindIndex(parts, part => part is "darwin" or "win32" or "linux" or "linuxmusl" or "freebsd" or "android");
        return at >= 0 && at < parts.Length - 1 && Architectures.ContainsKey(parts[at + 1])
            && (OtherSystems.Contains(parts[at]) || IsOther(parts[at + 1]) || (!isMusl && parts[at] == "linuxmusl"));
    }

    private bool IsOther(string processor) => Architectures.TryGetValue(processor, out var known) && known != architecture;
}

/// <summary>The image holds no natives of other platforms.</summary>
internal sealed class NoForeignNatives()
    : CheckRule("small-natives", FindingLevel.Warning,
        "Libraries for other systems and processors are never loaded, and ship with every pull.")
{
    private const long Least = 1_000_000;

    public override IEnumerable<Finding> Check(CheckedImage image)
    {
        var platform = NativePlatform.Of(image);
        var foreign = image.OwnFiles
            .Where(node => node is { FileCount: 1, IsDirectory: false, Size.Bytes: > 0 })
            .Select(node => (Node: node, Folder: platform.ForeignFolder(node.Path)))
            .Where(file => file.Folder is not null)
            .GroupBy(file => file.Folder!, file => file.Node, StringComparer.Ordinal)
            .Select(folder => (Path: folder.Key, Size: folder.Sum(node => node.Size.Bytes), folder.First().Layer))
            .OrderByDescending(folder => folder.Size).ThenBy(folder => folder.Path, StringComparer.Ordinal)
            .ToList();
        var size = foreign.Sum(folder => folder.Size);
        if (size >= Least)
        {
            var others = foreign.Count == 1 ? "" : $" and {foreign.Count - 1} more {(foreign.Count == 2 ? "folder" : "folders")}";
            yield return Found(
                $"'{foreign[0].Path}'{others} hold {new ByteSize(size)} for other platforms than linux/{image.Settings.Architecture}.",
                foreign[0].Path.Contains("/runtimes/", StringComparison.Ordinal)
                    ? "Publish for the image's platform alone, as in dotnet publish -r linux-x64 --no-self-contained."
                    : "Install for the image's platform alone, as in npm ci --os=linux --cpu=x64, or delete the others in the step that "
                        + "installs them.",
                foreign[0].Path,
                image.InstructionOf(foreign[0].Layer)) with { Count = foreign.Count };
        }
    }
}
