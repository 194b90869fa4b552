using System.Security.Cryptography;
using System.Text;

namespace Cake.MultiStage.Contexts;

/// <summary>
/// Finds out the contents of a context's files. Of files that the system knows not to have changed since they were last read, what was
/// found then is taken: it is kept for each context, and losing it costs time alone.
/// </summary>
/// <param name="kept">Where hashes are kept; nowhere for <see langword="null"/>.</param>
/// <param name="stateOf">Tells what a file is like.</param>
/// <param name="time">The clock.</param>
internal sealed class FileHashes(KeptFiles? kept, Func<string, FileState?> stateOf, TimeProvider time)
{
    private const int Format = 1;
    private const int Portion = 256;

    // File systems count time in steps: within one, a second change leaves no trace. Two seconds are the longest in use (FAT).
    private const long Unsettled = 2_000_000_000;

    /// <summary>Gets how many files were read by the last call.</summary>
    public int Read { get; private set; }

    /// <summary>Finds out the contents.</summary>
    /// <param name="context">The files.</param>
    /// <param name="name">What tells builds of the same folder apart, which may take other files of it.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="BuildContextException">A file can't be read, or changes while it is.</exception>
    public async Task<ContextContents> OfAsync(BuildContext context, string name, CancellationToken cancellationToken)
    {
        // What is told of a file is from before it is read: what changes it within the same step of time comes later.
        var began = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
        var key = $"{context.Directory}\n{name}";
        var known = kept is null ? null : await kept.FindAsync(key, Load, cancellationToken);
        var files = new HashedFile[context.Files.Count];
        var read = 0;
        await Parallel.ForEachAsync(
            Enumerable.Range(0, files.Length).Chunk(Portion),
            cancellationToken,
            async (indexes, token) =>
            {
                foreach (var index in indexes)
                {
                    var file = context.Files[index];
                    var state = file.Kind == ContextFileKind.File ? stateOf(file.FullPath) : null;
                    var isKnown = TryFind(known, file, state, out var hash);
                    if (!isKnown && file.Kind == ContextFileKind.File)
                    {
                        Interlocked.Increment(ref read);
                        hash = await HashAsync(file, token);
                    }

                    files[index] = new HashedFile(file, hash, state);
                }
            });
        Read = read;
        if (kept is not null && (read > 0 || known?.Count != files.Count(file => file.Hash.Length > 0)))
        {
            await kept.KeepAsync(key, stream => Save(files, began, stream), cancellationToken);
        }

        return new ContextContents(files);
    }

    /// <summary>Reads a file's content.</summary>
    public static async Task<string> HashAsync(ContextFile file, CancellationToken cancellationToken)
    {
        await using var content = new ContextFileStream(file, _ => { });
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken));
    }

    private static bool TryFind(Dictionary<string, (FileState State, string Hash)>? known, ContextFile file, FileState? state,
        out string hash)
    {
        hash = "";
        if (state is null || known is null || !known.TryGetValue(file.Path, out var found) || found.State != state)
        {
            return false;
        }

        hash = found.Hash;
        return true;
    }

    private static Dictionary<string, (FileState State, string Hash)> Load(Stream stream)
    {
        using var reader = new BinaryReader(stream, Encoding.UTF8);
        Dictionary<string, (FileState, string)> known = new(StringComparer.Ordinal);
        if (reader.ReadInt32() != Format)
        {
            return known;
        }

        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            var path = reader.ReadString();
            var state = new FileState(reader.ReadUInt64(), reader.ReadUInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64());
            known[path] = (state, Convert.ToHexStringLower(reader.ReadBytes(SHA256.HashSizeInBytes)));
        }

        return known;
    }

    private static void Save(HashedFile[] files, long now, Stream stream)
    {
        List<(string Path, FileState State, string Hash)> settled =
        [
            .. files.Where(file => file is { State: { } state, Hash.Length: > 0 } && IsSettled(state, now))
                .Select(file => (file.File.Path, file.State!.Value, file.Hash)),
        ];
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        writer.Write(Format);
        writer.Write(settled.Count);
        foreach (var (path, state, hash) in settled)
        {
            writer.Write(path);
            writer.Write(state.Device);
            writer.Write(state.Inode);
            writer.Write(state.Size);
            writer.Write(state.Modified);
            writer.Write(state.Changed);
            writer.Write(Convert.FromHexString(hash));
        }
    }

    // A time ahead of this clock is another machine's, or a clock was set back: nothing follows from it.
    private static bool IsSettled(FileState state, long now) => state.Changed <= now - Unsettled;
}
