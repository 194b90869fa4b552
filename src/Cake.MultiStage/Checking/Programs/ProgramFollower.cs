using System.Text;
using Cake.MultiStage.Measuring;

namespace Cake.MultiStage.Checking.Programs;

/// <summary>Reads a regular file of an image by its path, which is free of links.</summary>
internal delegate Task<byte[]> ImageFileReader(string path, CancellationToken cancellationToken);

/// <summary>Follows what starts: from the name to the file, to its interpreter or loader, to all libraries that are loaded with it.</summary>
internal sealed class ProgramFollower(FileSystemTree files, ImageSettings settings, ImageFileReader reader)
{
    // ld.so(8): the trusted folders, those of Debian's multiarch among them; musl looks in /lib, /usr/local/lib and /usr/lib.
    private static readonly string[] StandardFolders = ["/lib", "/usr/lib", "/lib64", "/usr/lib64", "/usr/local/lib"];

    private static readonly string[] MultiarchParents = ["/lib", "/usr/lib"];

    private string _loaderCache = "";

    public async Task<StartedProgram?> FollowAsync(CancellationToken cancellationToken)
    {
        if (settings.Command.Count == 0)
        {
            return null;
        }

        var name = settings.Command[0];
        var started = new StartedProgram(name);
        return Find(name) is { } file ? await FollowAsync(started with { Path = file.Path }, file, cancellationToken) : started;
    }

    /// <summary>Finds a program as execvp does: by its path, or along PATH.</summary>
    public FileSystemNode? Find(string name) =>
        name.Contains('/', StringComparison.Ordinal) ? RegularFile(settings.Absolute(name))
        : settings.SearchPath.Select(folder => RegularFile($"{folder}/{name}")).FirstOrDefault(node => node is not null);

    private async Task<StartedProgram> FollowAsync(StartedProgram started, FileSystemNode file, CancellationToken cancellationToken)
    {
        var content = await reader(file.Path, cancellationToken);
        if (content.AsSpan().StartsWith("#!"u8))
        {
            var line = Encoding.UTF8.GetString(content, 2, Math.Min(content.Length - 2, 254)).Split('\n')[0].Trim();
            var interpreter = line.Split([' ', '\t'], 2)[0];
            var asked = interpreter == "/usr/bin/env" && line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries) is [_, var program, ..] && !program.StartsWith('-') ? program : null;
            return started with { ScriptInterpreter = asked ?? interpreter, LacksScriptInterpreter = RegularFile(interpreter) is null || (asked is not null && Find(asked) is null) };
        }

        return ElfFile.Read(content) is not { } elf ? started
            : elf.Interpreter is { } loader && RegularFile(loader) is null ? started with { Elf = elf, LacksLoader = true }
            : started with { Elf = elf, MissingLibraries = elf.Interpreter is null ? [] : await MissingAsync(elf, file.Path, cancellationToken) };
    }

    /// <summary>Follows the libraries, each once.</summary>
    private async Task<IReadOnlyList<(string Library, string NeededBy)>> MissingAsync(ElfFile program, string path, CancellationToken cancellationToken)
    {
        if (RegularFile("/etc/ld.so.cache") is { } cache)
        {
            _loaderCache = Encoding.Latin1.GetString(await reader(cache.Path, cancellationToken));
        }

        List<(string Library, string NeededBy)> missing = [];
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var waiting = new Queue<(ElfFile Elf, string Path)>([(program, path)]);
        while (waiting.TryDequeue(out var next))
        {
            foreach (var name in next.Elf.Needed.Where(seen.Add))
            {
                if (Library(name, next.Elf, next.Path, program, path) is not { } library)
                {
                    missing.Add((name, next.Path));
                }
                else if (ElfFile.Read(await reader(library.Path, cancellationToken)) is { } elf)
                {
                    waiting.Enqueue((elf, library.Path));
                }
            }
        }

        return missing;
    }

    private FileSystemNode? Library(string name, ElfFile needing, string path, ElfFile program, string programPath)
    {
        if (name.Contains('/', StringComparison.Ordinal))
        {
            return RegularFile(name);
        }

        // The program's own search path counts for its libraries too, where it is an RPATH; where it is not, a search too many does no harm here.
        string[] folders =
        [
            .. Folders(needing, path), .. Folders(program, programPath),
            .. (settings.Environment.GetValueOrDefault("LD_LIBRARY_PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries),
            .. StandardFolders,
        ];
        return folders.Select(folder => RegularFile($"{folder}/{name}")).FirstOrDefault(node => node is not null)
            ?? Multiarch().Select(folder => RegularFile($"{folder.Path}/{name}")).FirstOrDefault(node => node is not null)
            ?? files.Root.Descendants().FirstOrDefault(node => node.Name == name && _loaderCache.Contains(node.Path, StringComparison.Ordinal)) switch
            {
                { } cached => RegularFile(cached.Path),
                null => null,
            };
    }

    private IEnumerable<FileSystemNode> Multiarch() =>
        MultiarchParents.Select(files.Resolve).OfType<FileSystemNode>().SelectMany(folder => folder.Children).Where(folder => folder.IsDirectory && folder.Name.Contains("-linux-", StringComparison.Ordinal));

    private static IEnumerable<string> Folders(ElfFile elf, string path) =>
        elf.SearchPath.Select(folder => folder.Replace("${ORIGIN}", "$ORIGIN", StringComparison.Ordinal).Replace("$ORIGIN", path[..path.LastIndexOf('/')], StringComparison.Ordinal));

    private FileSystemNode? RegularFile(string path) => files.Resolve(path) is { IsDirectory: false } node ? node : null;
}
