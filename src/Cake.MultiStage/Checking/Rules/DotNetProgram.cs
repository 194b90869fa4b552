using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring;

namespace Cake.MultiStage.Checking.Rules;

/// <summary>
/// The .NET program of an image that is not one native file: an assembly that <c>dotnet</c> runs, or that a host of its own name runs.
/// </summary>
/// <param name="Assembly">The assembly's path in the image.</param>
/// <param name="Configuration">What its <c>runtimeconfig.json</c> says.</param>
/// <param name="Root">Where frameworks are; <see langword="null"/> where no .NET is installed.</param>
internal sealed record DotNetProgram(string Assembly, RuntimeConfiguration Configuration, FileSystemNode? Root)
{
    private static readonly string[] Roots = ["/usr/share/dotnet", "/usr/lib/dotnet", "/usr/lib64/dotnet"];

    public string Folder => Assembly[..Assembly.LastIndexOf('/')];

    public string ConfigurationPath => Assembly[..^".dll".Length] + ".runtimeconfig.json";

    /// <summary>Finds it; <see langword="null"/> where the image runs no such program.</summary>
    public static DotNetProgram? Of(CheckedImage image)
    {
        if (image.Main is not { Path: { } path })
        {
            return null;
        }

        if (image.Programs.Words is [var host, var argument, ..]
            && PosixPath.NameOf(host) == "dotnet"
            && argument.EndsWith(".dll", StringComparison.Ordinal))
        {
            return Of(image, image.Settings.Absolute(argument), image.Files.Resolve(path[..path.LastIndexOf('/')]));
        }

        return image.Main.Elf is not null && image.Files.Resolve(path + ".dll") is { IsDirectory: false } assembly
            ? Of(image, assembly.Path, Installed(image))
            : null;
    }

    private static DotNetProgram Of(CheckedImage image, string assembly, FileSystemNode? root)
    {
        var content = image.Files.Resolve(assembly[..^".dll".Length] + ".runtimeconfig.json")?.File?.Content ?? default;
        return new DotNetProgram(assembly, RuntimeConfiguration.Read(content), root);
    }

    private static FileSystemNode? Installed(CheckedImage image)
    {
        IEnumerable<string> roots = image.Settings.Environment.GetValueOrDefault("DOTNET_ROOT") is { Length: > 0 } named ? [named] : Roots;
        return roots.Select(image.Files.Resolve).FirstOrDefault(node => node is not null);
    }
}
