using System.Text;
using Cake.MultiStage.Measuring;

namespace Cake.MultiStage.Checking.Programs;

/// <summary>Reads a regular file of an image by its path, which is free of links.</summary>
internal delegate Task<byte[]> ImageFileReader(string path, CancellationToken cancellationToken);

/// <summary>Follows what starts: from the name to the file, to its interpreter or loader, to all libraries that are loaded with it.</summary>
internal sealed class ProgramFollower(FileSystemTree files, ImageSettings settings, ImageFileReader reader)
{
    private const string MuslLoader = "ld-musl-";

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
            var found = RegularFile(interpreter) is { } first ? (asked is null ? first : Find(asked)) : null;
            started = started with { ScriptInterpreter = asked ?? interpreter, LacksScriptInterpreter = found is null };
            if (found is null)
            {
                return started;
            }

            (file, content) = (found, await reader(found.Path, cancellationToken));
        }

        if (ElfFile.Read(content) is not { } elf)
        {
            return started;
        }

        started = started with { Elf = elf, ElfPath = file.Path, Traces = ProgramTraces.Read(file.Name, content) };
        return elf.Interpreter is not { } loader ? started
            : RegularFile(loader) is not { } loaderFile ? started with { LacksLoader = true }
            : await WithLibrariesAsync(started, new LoadedFile(file.Path, elf, LoadedBy: null), await SearchAsync(loader, loaderFile, cancellationToken), cancellationToken);
    }

    private async Task<LibrarySearch> SearchAsync(string loader, FileSystemNode loaderFile, CancellationToken cancellationToken)
    {
        var environment = settings.Environment.GetValueOrDefault("LD_LIBRARY_PATH");
        // The name that the program has for it: the file may be called otherwise, as on Debian, where it is musl's libc.so.
        if (loader.Split('/')[^1] is var name && name.StartsWith(MuslLoader, StringComparison.Ordinal))
        {
            var system = RegularFile($"/etc/{name.Split(".so")[0]}.path");
            return new MuslSearch(system is null ? null : Encoding.UTF8.GetString(await reader(system.Path, cancellationToken)), environment);
        }

        var cache = RegularFile("/etc/ld.so.cache") is { } file ? await reader(file.Path, cancellationToken) : [];
        return new GlibcSearch(await reader(loaderFile.Path, cancellationToken), environment, LoaderCache.Read(cache));
    }

    /// <summary>Follows the libraries, each once, in the order in which a loader does.</summary>
    private async Task<StartedProgram> WithLibrariesAsync(StartedProgram started, LoadedFile program, LibrarySearch search, CancellationToken cancellationToken)
    {
        List<(string Library, string NeededBy)> missing = [];
        var traces = started.Traces;
        // The loader is there before all libraries.
        var seen = new HashSet<string>([program.Elf.Interpreter!.Split('/')[^1]], StringComparer.Ordinal);
        var waiting = new Queue<LoadedFile>([program]);
        while (waiting.TryDequeue(out var next))
        {
            foreach (var name in next.Elf.Needed.Where(name => !search.IsBuiltIn(name) && seen.Add(name)))
            {
                if (await LibraryAsync(name, next, search, cancellationToken) is not { } library)
                {
                    missing.Add((name, next.Path));
                    continue;
                }

                // What is loaded under one name is not loaded again under its own.
                seen.Add(library.File.Elf.LibraryName ?? name);
                traces = traces.And(ProgramTraces.Read(name, library.Content));
                waiting.Enqueue(library.File);
            }
        }

        return started with { MissingLibraries = missing, Traces = traces };
    }

    /// <summary>Finds a library; one for another processor is passed over, as loaders do.</summary>
    private async Task<(LoadedFile File, byte[] Content)?> LibraryAsync(string name, LoadedFile neededBy, LibrarySearch search, CancellationToken cancellationToken)
    {
        IEnumerable<string> candidates = name.Contains('/', StringComparison.Ordinal) ? [settings.Absolute(name)] : search.Candidates(name, neededBy);
        foreach (var node in candidates.Select(RegularFile).OfType<FileSystemNode>())
        {
            var content = await reader(node.Path, cancellationToken);
            if (ElfFile.Read(content) is { } elf && elf.Machine == neededBy.Elf.Machine)
            {
                return (new LoadedFile(node.Path, elf, neededBy), content);
            }
        }

        return null;
    }

    private FileSystemNode? RegularFile(string path) => files.Resolve(path) is { IsDirectory: false } node ? node : null;
}
