using System.Diagnostics;
using System.Globalization;
using Cake.MultiStage.Building;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Engine.Exports;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Engine.CacheMounts;

/// <summary>
/// Keeps what cache mounts hold from one engine to the next: fills them from a folder before the builds that use them, and brings out what
/// has changed when all have ended. It makes builds faster and nothing else, so that it fails none.
/// </summary>
/// <param name="connection">What builds.</param>
/// <param name="folder">Where they are kept.</param>
internal sealed class CacheMountKeeper(IBuilderConnection connection, CacheMountFolder folder)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (CacheMount Mount, Task Filled)> _used = new(StringComparer.Ordinal);

    /// <summary>Keeps the folder itself out of a build context that it lies in.</summary>
    public BuildRequest KeptOut(BuildRequest request) => KeptOut(request, folder.Path);

    /// <summary>Keeps a folder of cache mounts out of a build context that it lies in.</summary>
    public static BuildRequest KeptOut(BuildRequest request, string folder)
    {
        var path = System.IO.Path.GetRelativePath(request.ContextDirectory, folder).Replace('\\', '/');
        return path is "." or ['.', '.', ..] || System.IO.Path.IsPathRooted(path) ? request
            : request with { Ignored = [.. request.Ignored, path] };
    }

    /// <summary>Fills the mounts of a build that are empty, each once however many builds use it.</summary>
    /// <param name="request">The build.</param>
    /// <param name="observer">Is told what was filled.</param>
    /// <param name="cancellationToken">Stops filling.</param>
    public async Task FillAsync(BuildRequest request, IBuildObserver observer, CancellationToken cancellationToken)
    {
        List<Task> filled;
        lock (_lock)
        {
            var mounts = CacheMount.In(request);
            List<CacheMount> added = [.. mounts.Where(mount => !_used.ContainsKey(mount.Name))];
            var filling = added.Count == 0 ? Task.CompletedTask : FillAsync(added, observer, cancellationToken);
            foreach (var mount in added)
            {
                _used[mount.Name] = (mount, filling);
            }

            filled = [.. mounts.Select(mount => _used[mount.Name].Filled).Distinct()];
        }

        await Task.WhenAll(filled);
    }

    /// <summary>Brings out the mounts that builds have used and changed.</summary>
    /// <param name="observer">Is told what was kept.</param>
    /// <param name="cancellationToken">Stops bringing them out.</param>
    public async Task KeepAsync(IBuildObserver observer, CancellationToken cancellationToken)
    {
        List<CacheMount> mounts;
        lock (_lock)
        {
            mounts = [.. _used.Values.Select(used => used.Mount)];
        }

        if (mounts.Count == 0)
        {
            return;
        }

        var started = Stopwatch.GetTimestamp();
        await TriedAsync("kept", observer, async () =>
        {
            var told = await RunAsync(
                CacheMountSteps.Keep(mounts, [.. mounts.Select(mount => folder.Find(mount.Name)?.State ?? "none")], folder.Largest.Bytes),
                folder.Path, observer, cancellationToken);
            using (told)
            {
                await TakeAsync(mounts, told, started, observer, cancellationToken);
            }
        });
    }

    private async Task TakeAsync(
        List<CacheMount> mounts, ToldFolder told, long started, IBuildObserver observer, CancellationToken cancellationToken)
    {
        List<string> kept = [];
        foreach (var (mount, number) in mounts.Select((mount, number) => (mount, number)))
        {
            if (told.Text(number, CacheMountSteps.State) is not { } state)
            {
                observer.On(new BuildNote($"The cache mount '{mount.Id}' is not kept: '{mount.Image}' has no tools to read it with."));
            }
            else if (told.Text(number, CacheMountSteps.TooLarge) is { } large)
            {
                var size = long.TryParse(large, CultureInfo.InvariantCulture, out var kilobytes) ? kilobytes * 1024 : 0;
                observer.On(new BuildWarning(
                    $"The cache mount '{mount.Id}' is not kept: it holds {new ByteSize(size)}, and CacheMountLimit is {folder.Largest}."));
            }
            else if (told.File(number, CacheMountSteps.Archive) is { } file)
            {
                var archive = await folder.TakeAsync(mount.Name, state, file, cancellationToken);
                kept.Add($"{mount.Id} ({new ByteSize(archive.Length)})");
            }
            else if (state != CacheMountSteps.Empty && folder.Find(mount.Name)?.State != state)
            {
                observer.On(new BuildNote($"The cache mount '{mount.Id}' is not kept: it was written to meanwhile."));
            }
        }

        foreach (var gone in folder.MakeRoom(mounts.Select(mount => mount.Name).ToHashSet(StringComparer.Ordinal)))
        {
            observer.On(new BuildNote(
                $"The cache mount '{gone.Name}' of {new ByteSize(gone.Length)} is no longer kept: all are to have {folder.Largest} "
                    + "together (CacheMountLimit)."));
        }

        observer.On(new BuildNote(string.Create(CultureInfo.InvariantCulture,
            $"Cache mounts: {(kept.Count == 0 ? "nothing changed, nothing was kept anew" : "kept " + string.Join(", ", kept))}, in ")
            + string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(started).TotalSeconds:0.0}s")));
    }

    private Task FillAsync(IReadOnlyList<CacheMount> mounts, IBuildObserver observer, CancellationToken cancellationToken) =>
        // Looking into the folder is tried, too: one that can't be read fails no build.
        TriedAsync("filled", observer, () =>
        {
            List<CacheMount> known = [.. mounts.Where(mount => folder.Find(mount.Name) is not null)];
            return known.Count == 0 ? Task.CompletedTask : FillKnownAsync(known, observer, cancellationToken);
        });

    private async Task FillKnownAsync(List<CacheMount> known, IBuildObserver observer, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        List<(CacheMount Mount, CacheArchive Archive)> wanted = [];
        using (var told = await RunAsync(CacheMountSteps.Look(known), folder.Path, observer, cancellationToken))
        {
            foreach (var (mount, number) in known.Select((mount, number) => (mount, number)))
            {
                if (told.Text(number, CacheMountSteps.State) == CacheMountSteps.Empty && folder.Find(mount.Name) is { } archive)
                {
                    if (await CacheMountFolder.ProblemAsync(archive, cancellationToken) is { } problem)
                    {
                        observer.On(new BuildWarning(
                            $"What was kept of the cache mount '{mount.Id}' {problem}; the build begins without it."));
                    }
                    else
                    {
                        wanted.Add((mount, archive));
                    }
                }
            }
        }

        if (wanted.Count == 0)
        {
            return;
        }

        List<string> files = [.. wanted.Select(one => System.IO.Path.GetFileName(one.Archive.File))];
        using var filled = await RunAsync(
            CacheMountSteps.Fill([.. wanted.Select(one => one.Mount)], files), folder.Path, observer, cancellationToken);
        var isFilled = wanted.Select((one, number) => (one, IsIn: filled.Text(number, CacheMountSteps.State) is not null)).ToList();
        foreach (var (one, _) in isFilled.Where(one => !one.IsIn))
        {
            observer.On(new BuildWarning($"The cache mount '{one.Mount.Id}' can't be filled from '{one.Archive.File}'; it stays empty."));
        }

        var done = isFilled.Where(one => one.IsIn).Select(one => $"{one.one.Mount.Id} ({new ByteSize(one.one.Archive.Length)})").ToList();
        if (done.Count > 0)
        {
            observer.On(new BuildNote(string.Create(CultureInfo.InvariantCulture,
                $"Cache mounts: filled {string.Join(", ", done)}, in {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0}s")));
        }
    }

    private async Task<ToldFolder> RunAsync(
        Dockerfile dockerfile, string context, IBuildObserver observer, CancellationToken cancellationToken)
    {
        var told = new ToldFolder(folder.Temporary());
        try
        {
            var request = new BuildRequest
            {
                Name = "cache mounts",
                Dockerfile = dockerfile,
                ContextDirectory = context,
                Network = "none",
                StageSizes = false,
                Builder = BuilderKind.BuildKit,
            };
            await new StageExporter(connection).ExportAsync(
                new ExportRequest(request, [], told.Path), new OnlyWarnings(observer), cancellationToken);
            return told;
        }
        catch
        {
            told.Dispose();
            throw;
        }
    }

    private static async Task TriedAsync(string what, IBuildObserver observer, Func<Task> action)
    {
        try
        {
            await action();
        }
        catch (Exception exception) when (exception is MultiStageException or IOException or UnauthorizedAccessException)
        {
            observer.On(new BuildWarning($"The cache mounts were not {what}, which costs time alone: {exception.Message}"));
        }
    }

    /// <summary>What the steps have to say, by the numbers of the mounts.</summary>
    private sealed class ToldFolder(string path) : IDisposable
    {
        public string Path => path;

        public string? File(int number, string name)
        {
            var file = System.IO.Path.Combine(path, number.ToString(CultureInfo.InvariantCulture), name);
            return System.IO.File.Exists(file) ? file : null;
        }

        public string? Text(int number, string name) =>
            File(number, name) is { } file && System.IO.File.ReadAllText(file).Trim() is { Length: > 0 and < 100 } text
                && text.All(char.IsAsciiLetterOrDigit) ? text : null;

        public void Dispose()
        {
            try
            {
                Directory.Delete(path, recursive: true);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // It has a name that nothing takes for an archive.
                return;
            }
        }
    }

    /// <summary>Passes warnings on; steps of ours are nobody's build.</summary>
    private sealed class OnlyWarnings(IBuildObserver inner) : IBuildObserver
    {
        public void On(BuildEvent buildEvent)
        {
            if (buildEvent is BuildWarning)
            {
                inner.On(buildEvent);
            }
        }
    }
}
