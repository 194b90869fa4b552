namespace Cake.MultiStage.Contexts;

/// <summary>The content of each file of a build context, and what its file was like when that was found out.</summary>
/// <param name="Files">The entries, in the order of the context.</param>
internal sealed record ContextContents(IReadOnlyList<HashedFile> Files)
{
    /// <summary>Finds an entry that isn't any more what it was when its content was found out; none where all are.</summary>
    /// <param name="stateOf">Tells what a file is like now.</param>
    /// <param name="cancellationToken">Stops looking.</param>
    public async Task<ContextFile?> ChangedAsync(Func<string, FileState?> stateOf, CancellationToken cancellationToken)
    {
        foreach (var file in Files.Where(file => file.File.Kind == ContextFileKind.File))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var isSame = stateOf(file.File.FullPath) is { } state && file.State is { } before
                ? state == before
                : await IsSameAsync(file, cancellationToken);
            if (!isSame)
            {
                return file.File;
            }
        }

        return null;
    }

    private static async Task<bool> IsSameAsync(HashedFile file, CancellationToken cancellationToken)
    {
        try
        {
            return await FileHashes.HashAsync(file.File, cancellationToken) == file.Hash;
        }
        catch (BuildContextException)
        {
            // It is gone, or being written to.
            return false;
        }
    }
}

/// <summary>An entry of a build context.</summary>
/// <param name="File">The entry.</param>
/// <param name="Hash">The SHA-256 of its content in hexadecimal; empty for what isn't a file.</param>
/// <param name="State">What the file was like before it was read, where the system tells.</param>
internal sealed record HashedFile(ContextFile File, string Hash, FileState? State);
