using Cake.MultiStage.Checking.Programs;
using Cake.MultiStage.Checking.Rules;
using Cake.MultiStage.Measuring;

namespace Cake.MultiStage.Checking.Imports;

/// <summary>Reads what rules need of files beyond the programs themselves.</summary>
internal sealed class EvidenceReader(CheckedImage image, ProgramReader reader)
{
    private const int MostNatives = 300;
    private const long MostOfNatives = 512L << 20;
    private const int MostOfAssembly = 32 << 20;

    // Traces for a kernel's tracer, which .NET does without.
    private const string Tracing = "libcoreclrtraceptprovider.so";

    public async Task<Evidence> ReadAsync(CancellationToken cancellationToken)
    {
        if (image.Main is not { Path: not null } main)
        {
            return Evidence.None;
        }

        var name = CommandLine.NameOf(main.Path);
        var isPython = name.StartsWith("python", StringComparison.Ordinal)
            || main.ScriptInterpreter?.Contains("python", StringComparison.Ordinal) == true;
        var dotnet = DotNetProgram.Of(image);
        var hasExtensions = isPython
            || dotnet is not null
            || name is "node" or "ruby" or "php"
            || main.ScriptInterpreter is "node" or "ruby";
        return new Evidence
        {
            MissingImports = name == "node" ? await new NodeImports(image, reader).FindAsync(cancellationToken)
                : isPython ? await new PythonImports(image, reader).FindAsync(cancellationToken)
                : [],
            MissingNatives = hasExtensions ? await NativesAsync(cancellationToken) : [],
            LooksUpTimeZones = dotnet is not null && await LooksUpTimeZonesAsync(dotnet, cancellationToken),
        };
    }

    private async Task<bool> LooksUpTimeZonesAsync(DotNetProgram program, CancellationToken cancellationToken) =>
        image.Files.Resolve(program.Assembly) is { File: { Type: ImageFileType.File, Size.Bytes: <= MostOfAssembly } } assembly
        && (await reader.ReadAsync(assembly, cancellationToken)).Scan.Has(Trace.DotNetFindTimeZone);

    /// <summary>
    /// Looks at the native extensions that came with the program: what they are linked to has to be somewhere, whoever loads it.
    /// </summary>
    private async Task<IReadOnlyList<MissingNative>> NativesAsync(CancellationToken cancellationToken)
    {
        var platform = NativePlatform.Of(image);
        var names = image.AllFiles
            .Where(node => !node.IsDirectory)
            .Select(node => node.Name)
            .ToHashSet(StringComparer.Ordinal);
        List<MissingNative> missing = [];
        var (count, left) = (0, MostOfNatives);
        foreach (var node in image.OwnFiles.Where(node => IsExtension(node) && platform.ForeignFolder(node.Path) is null))
        {
            left -= node.Size.Bytes;
            if (++count > MostNatives || left < 0)
            {
                reader.Limit($"of the native extensions of the program, the first {count - 1}");
                break;
            }

            if ((await reader.ReadAsync(node, cancellationToken)).Elf is { } elf
                && (image.Settings.Architecture.Length == 0 || elf.Machine == image.Settings.Architecture))
            {
                missing.AddRange(elf.Needed.Where(library => !names.Contains(CommandLine.NameOf(library)) && !IsBuiltIn(library))
                    .Select(library => new MissingNative(library, node.Path)));
            }
        }

        return missing;
    }

    private static bool IsExtension(FileSystemNode node) =>
        node is { FileCount: 1, File.Type: ImageFileType.File }
        && (node.Name.EndsWith(".so", StringComparison.Ordinal)
            || node.Name.EndsWith(".node", StringComparison.Ordinal)
            || node.Name.Contains(".so.", StringComparison.Ordinal))
        && node.Name != Tracing
        // Python's own extensions may lack what they are for (Tk, curses), and packages of the system look after theirs.
        && !node.Path.Contains("/lib-dynload/", StringComparison.Ordinal)
        && (!(node.Path.StartsWith("/usr/lib/", StringComparison.Ordinal) || node.Path.StartsWith("/lib/", StringComparison.Ordinal))
            || node.Path.Contains("-packages/", StringComparison.Ordinal));

    private static bool IsBuiltIn(string library) =>
        library.StartsWith("ld-", StringComparison.Ordinal)
            || library.StartsWith("linux-vdso", StringComparison.Ordinal)
            || library.StartsWith("libc.musl-", StringComparison.Ordinal);
}
