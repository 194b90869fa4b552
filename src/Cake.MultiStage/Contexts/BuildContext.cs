using System.Security.Cryptography;
using System.Text;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Contexts;

/// <summary>What an entry of a build context is.</summary>
internal enum ContextFileKind
{
    /// <summary>A regular file.</summary>
    File,

    /// <summary>A directory.</summary>
    Directory,

    /// <summary>A symbolic link, which travels as a link.</summary>
    SymbolicLink,
}

/// <summary>One entry of a build context.</summary>
/// <param name="Path">The path relative to the context, with slashes on every host.</param>
/// <param name="FullPath">The path on the host.</param>
/// <param name="Kind">What the entry is.</param>
/// <param name="Length">The size in bytes; 0 for what is not a file.</param>
/// <param name="Mode">The permissions, as the image will see them.</param>
/// <param name="LinkTarget">Where a symbolic link points, as it is written in the link.</param>
internal sealed record ContextFile(string Path, string FullPath, ContextFileKind Kind, long Length, UnixFileMode Mode, string? LinkTarget)
{
    /// <summary>Gets the time of the last change, in UTC.</summary>
    public DateTime Modified { get; init; }

    /// <summary>Gets the time that an engine is told instead, where a program has set the file's own, which then tells no change.</summary>
    public DateTime? Told { get; init; }
}

/// <summary>The files that travel to the engine.</summary>
/// <param name="Directory">The context's folder on the host.</param>
/// <param name="Files">The entries in ordinal order of their paths, so parents come before children.</param>
internal sealed record BuildContext(string Directory, IReadOnlyList<ContextFile> Files)
{
    /// <summary>Gets the paths of sockets, pipes and devices that were met and left out.</summary>
    public IReadOnlyList<string> Skipped { get; init; } = [];

    /// <summary>Gets the patterns that matched nothing, and why: an engine takes them so.</summary>
    public IReadOnlyDictionary<string, string> Unmatched { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Gets what was met and left out by default alone: the uppermost folder where a whole one was.</summary>
    public IReadOnlyList<string> LeftOut { get; init; } = [];

    /// <summary>Gets a line that tells what was left out by default; none where nothing was.</summary>
    public string? LeftOutText
    {
        get
        {
            const int shown = 8;
            var more = LeftOut.Count > shown ? $" and {LeftOut.Count - shown} more" : "";
            return LeftOut.Count == 0 ? null
                : $"Left out of the build context: {string.Join(", ", LeftOut.Take(shown))}{more}. Include in the settings brings back "
                    + "what the build needs.";
        }
    }

    /// <summary>Gets the bytes of content all files hold.</summary>
    public long Length => Files.Sum(file => file.Length);

    /// <summary>
    /// Works out what tells this state of the files from another: their paths, kinds, permissions, sizes, link targets and times of last
    /// change, which are what an engine goes by too.
    /// </summary>
    public Digest Fingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in Files)
        {
            // A NUL can be in none of them.
            var modified = file.Kind == ContextFileKind.File ? file.Modified.Ticks : 0;
            hash.AppendData(Encoding.UTF8.GetBytes(FormattableString.Invariant(
                $"{file.Path}\0{(int)file.Kind}\0{(int)file.Mode}\0{file.Length}\0{file.LinkTarget}\0{modified}\0")));
        }

        return Digest.Parse($"sha256:{Convert.ToHexStringLower(hash.GetHashAndReset())}");
    }

    /// <summary>Gathers the files that the sources reach.</summary>
    /// <param name="directory">The context's folder.</param>
    /// <param name="ignore">What stays behind.</param>
    /// <param name="sources">The sources as <c>COPY</c> names them, with Go's wildcards; <c>.</c> is everything.</param>
    /// <param name="cancellationToken">Ends the walk.</param>
    /// <returns>The context.</returns>
    /// <exception cref="BuildContextException">
    /// The folder is missing, an entry can't be read, or a source that is not a valid pattern matches nothing.
    /// </exception>
    public static Task<BuildContext> CollectAsync(
        string directory, IgnoreFile ignore, IReadOnlyList<string> sources, CancellationToken cancellationToken) =>
        Task.Run(() => new ContextWalker(directory, ignore, cancellationToken).Collect(sources), cancellationToken);
}
