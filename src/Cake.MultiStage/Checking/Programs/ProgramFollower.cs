using System.Text;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring;

namespace Cake.MultiStage.Checking.Programs;

/// <summary>
/// Follows what starts: from the name to the file, to its interpreter or loader, to all libraries that are loaded with it.
/// </summary>
internal sealed class ProgramFollower(FileSystemTree files, ImageSettings settings, ProgramReader reader)
{
    private const string MuslLoader = "ld-musl-";
    private const int MostOfScript = 64 * 1024;
    private const int MostOfLoader = 16 << 20;
    private const int MostOfPaths = 64 * 1024;
    private const int MostLibraries = 1000;

    private int _probes = 100_000;

    /// <summary>Follows the image's program, what that one starts, and the program of the health check.</summary>
    public async Task<StartedPrograms> FollowAsync(CancellationToken cancellationToken)
    {
        var words = settings.Command;
        var program = words.Count == 0 ? null : await FollowAsync(words[0], cancellationToken);
        var innermost = Innermost(words, program);
        var isSame = program is null || ReferenceEquals(innermost, words);
        return new StartedPrograms
        {
            Words = innermost,
            Program = program,
            Inner = isSame || program?.Path is null ? null : await FollowAsync(innermost[0], cancellationToken),
            HealthCheck = HealthCheck() is { } health && (words.Count == 0 || health != words[0])
                ? await FollowAsync(health, cancellationToken)
                : null,
            Limits = reader.Limits,
        };
    }

    /// <summary>Finds a program as execvp does: by its path, or along PATH, where what may be executed takes precedence.</summary>
    public FileSystemNode? Find(string name)
    {
        if (name.Contains('/', StringComparison.Ordinal))
        {
            return RegularFile(settings.Absolute(name));
        }

        var found = settings.SearchPath.Select(folder => RegularFile($"{folder}/{name}")).OfType<FileSystemNode>().ToList();
        return found.Find(node => (node.File!.Mode & 0b001_001_001) != 0) ?? found.FirstOrDefault();
    }

    private IReadOnlyList<string> Innermost(IReadOnlyList<string> words, StartedProgram? program)
    {
        var inner = CommandLine.Innermost(words);
        if (program is { StartsArguments: true } && settings is { Entrypoint.Count: 1, Cmd: [var first, ..] } && !first.StartsWith('-'))
        {
            // An entry script may put another program before its arguments: only what is one itself is taken for it.
            inner = first.Contains('/', StringComparison.Ordinal) || Find(first) is not null ? CommandLine.Innermost(settings.Cmd) : inner;
        }

        return inner;
    }

    private string? HealthCheck() => settings.HealthCheck switch
    {
        ["CMD", var program, ..] => program,
        ["CMD-SHELL", var text] =>
            (settings.Shell.Count > 0 ? Find(settings.Shell[0]) : RegularFile("/bin/sh")) is null
                ? settings.Shell.FirstOrDefault("/bin/sh")
                : CommandLine.FirstProgram(text),
        _ => null,
    };

    private async Task<StartedProgram> FollowAsync(string name, CancellationToken cancellationToken)
    {
        var started = new StartedProgram(name);
        return Find(name) is { } file
            ? await FollowAsync(started with { Path = file.Path }, file, cancellationToken)
            : started with { InItsPlace = InItsPlace(name) };
    }

    private string? InItsPlace(string name)
    {
        var paths = name.Contains('/', StringComparison.Ordinal)
            ? [settings.Absolute(name)]
            : settings.SearchPath.Select(folder => $"{folder}/{name}");
        return paths
            .Select(path => files.Resolve(path) is { } node ? $"'{node.Path}' is {Words(node)}"
                : files.BrokenLink(path) is { } link ? $"'{link.Path}' is a link to '{link.File!.LinkTarget}', and nothing is there"
                : null)
            .FirstOrDefault(what => what is not null);
    }

    private static string Words(FileSystemNode node) => node.File?.Type switch
    {
        ImageFileType.CharacterDevice or ImageFileType.BlockDevice => "a device",
        ImageFileType.Fifo => "a named pipe",
        _ => "a folder",
    };

    private async Task<StartedProgram> FollowAsync(StartedProgram started, FileSystemNode file, CancellationToken cancellationToken)
    {
        var content = await reader.ReadAsync(file, cancellationToken);
        if (content.Head.Span.StartsWith("#!"u8))
        {
            var line = FirstLine(content.Head.Span);
            var words = line.TrimEnd('\r').Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            var interpreter = words.FirstOrDefault("");
            var asked = interpreter == "/usr/bin/env"
                ? words.Skip(1).SkipWhile(word => word == "-S").FirstOrDefault(word => !word.StartsWith('-'))
                : null;
            var found = RegularFile(interpreter) is { } first ? (asked is null ? first : Find(asked)) : null;
            started = started with
            {
                ScriptInterpreter = asked ?? interpreter,
                LacksScriptInterpreter = found is null,
                HasCarriageReturn = line.EndsWith('\r'),
                StartsArguments = StartsArguments(content.Head),
            };
            if (found is null)
            {
                return started;
            }

            (file, content) = (found, await reader.ReadAsync(found, cancellationToken));
        }

        if (content.Elf is not { } elf)
        {
            return started;
        }

        started = started with { Elf = elf, ElfPath = file.Path, Traces = ProgramTraces.Of(file.Name, content.Scan) };
        return elf.Interpreter is not { } loader ? started
            : RegularFile(loader) is not { } loaderFile ? started with { LacksLoader = true }
            : await WithLibrariesAsync(started with { Libraries = [loaderFile.Path] }, new LoadedFile(file.Path, elf, LoadedBy: null),
                await SearchAsync(loader, loaderFile, cancellationToken), cancellationToken);
    }

    // The kernel looks at no more, and takes blanks around it away (Linux, fs/binfmt_script.c).
    private static string FirstLine(ReadOnlySpan<byte> content)
    {
        const int Longest = 254;
        var line = content.Slice(2, Math.Min(content.Length - 2, Longest));
        var end = line.IndexOf((byte)'\n');
        return Encoding.UTF8.GetString(end < 0 ? line : line[..end]).Trim(' ', '\t');
    }

    private static bool StartsArguments(ReadOnlyMemory<byte> script) =>
        Encoding.UTF8.GetString(script.Span[..Math.Min(script.Length, MostOfScript)]).Contains("exec \"$@\"", StringComparison.Ordinal);

    private async Task<LibrarySearch> SearchAsync(string loader, FileSystemNode loaderFile, CancellationToken cancellationToken)
    {
        var environment = settings.Environment.GetValueOrDefault("LD_LIBRARY_PATH");
        // The name that the program has for it: the file may be called otherwise, as on Debian, where it is musl's libc.so.
        if (PosixPath.NameOf(loader) is var name && name.StartsWith(MuslLoader, StringComparison.Ordinal))
        {
            var system = RegularFile($"/etc/{name.Split(".so")[0]}.path");
            return new MuslSearch(system is null
                ? null
                : Encoding.UTF8.GetString((await reader.HeadAsync(system, MostOfPaths, cancellationToken)).Span), environment);
        }

        var cache = RegularFile("/etc/ld.so.cache") is { } file
            ? await reader.HeadAsync(file, LoaderCache.Most, cancellationToken)
            : default;
        return new GlibcSearch((await reader.HeadAsync(loaderFile, MostOfLoader, cancellationToken)).Span, environment,
            LoaderCache.Read(cache.Span));
    }

    /// <summary>Follows the libraries, each once, in the order in which a loader does.</summary>
    private async Task<StartedProgram> WithLibrariesAsync(StartedProgram started, LoadedFile program, LibrarySearch search,
        CancellationToken cancellationToken)
    {
        List<(string Library, string NeededBy)> missing = [];
        List<string> loaded = [.. started.Libraries];
        var traces = started.Traces;
        // The loader is there before all libraries.
        var seen = new HashSet<string>([PosixPath.NameOf(program.Elf.Interpreter!)], StringComparer.Ordinal);
        var waiting = new Queue<LoadedFile>([program]);
        while (waiting.TryDequeue(out var next))
        {
            foreach (var name in next.Elf.Needed.Where(name => !search.IsBuiltIn(name) && seen.Add(name)))
            {
                var library = seen.Count > MostLibraries ? null : await LibraryAsync(name, next, search, cancellationToken);
                if (seen.Count > MostLibraries || _probes <= 0)
                {
                    reader.Limit($"of what '{started.ElfPath}' is linked to, the first {seen.Count - 1} libraries");
                    return started with { Libraries = loaded, MissingLibraries = missing, Traces = traces };
                }

                if (library is null)
                {
                    missing.Add((name, next.Path));
                    continue;
                }

                // What is loaded under one name is not loaded again under its own.
                seen.Add(library.File.Elf.LibraryName ?? name);
                loaded.Add(library.File.Path);
                traces = traces.And(ProgramTraces.Of(name, library.Scan));
                waiting.Enqueue(library.File);
            }
        }

        return started with { Libraries = loaded, MissingLibraries = missing, Traces = traces };
    }

    /// <summary>Finds a library; one for another processor is passed over, as loaders do.</summary>
    private async Task<LoadedLibrary?> LibraryAsync(string name, LoadedFile neededBy, LibrarySearch search,
        CancellationToken cancellationToken)
    {
        IEnumerable<string> candidates = name.Contains('/', StringComparison.Ordinal)
            ? [settings.Absolute(name)]
            : search.Candidates(name, neededBy);
        foreach (var path in candidates.TakeWhile(_ => --_probes > 0))
        {
            if (RegularFile(path) is { } node
                && await reader.ReadAsync(node, cancellationToken) is { Elf: { } elf } content
                && elf.Machine == neededBy.Elf.Machine)
            {
                return new LoadedLibrary(new LoadedFile(node.Path, elf, neededBy), content.Scan);
            }
        }

        return null;
    }

    private FileSystemNode? RegularFile(string path) => files.Resolve(path) is { File.Type: ImageFileType.File } node ? node : null;

    private sealed record LoadedLibrary(LoadedFile File, TraceScan Scan);
}
