using System.Diagnostics.CodeAnalysis;
using System.Formats.Tar;
using System.Text;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Contexts;

/// <summary>
/// Writes a build context as the tar that the legacy builder reads. The same files give the same bytes: owners are root, times are the
/// Unix epoch (an engine leaves times out of its cache keys), the order is the context's.
/// </summary>
internal sealed class ContextTar
{
    private const string IgnoreFileName = ".dockerignore";

    private readonly DateTimeOffset _time = DateTimeOffset.UnixEpoch;

    /// <summary>
    /// Gets files that travel beside those of the context, by their paths, under which the context has none: an engine takes them out
    /// before a step sees them.
    /// </summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Beside { get; init; } =
        new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);

    /// <summary>
    /// Gets a value indicating whether an ignore file in the tar hides the Dockerfile from steps, and takes the place of the context's own.
    /// Otherwise the engine is told to by other means.
    /// </summary>
    public bool HidesDockerfile { get; init; } = true;

    /// <summary>Writes the tar and leaves the stream open. After an error the tar has no end mark, so none can take it for whole.</summary>
    /// <param name="destination">Where the tar goes.</param>
    /// <param name="context">The files.</param>
    /// <param name="dockerfileName">The Dockerfile's path in the context; a file of that path is replaced.</param>
    /// <param name="dockerfileText">The Dockerfile.</param>
    /// <param name="bytes">Hears how many bytes of the files' content, out of <see cref="BuildContext.Length"/>, have been sent.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <returns>A task that ends with the tar.</returns>
    /// <exception cref="BuildContextException">A file can't be read, or is not what it was when it was gathered.</exception>
    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "Disposing writes the end mark, which "
        + "a broken tar must not have; the writer owns nothing else.")]
    public async Task WriteAsync(
        Stream destination,
        BuildContext context,
        string dockerfileName,
        string dockerfileText,
        IProgress<long>? bytes,
        CancellationToken cancellationToken)
    {
        var writer = new TarWriter(destination, TarEntryFormat.Ustar, leaveOpen: true);
        var dockerfilePath = string.Join('/', PosixPath.Parts(dockerfileName));
        var dockerfile = new MemoryStream(Encoding.UTF8.GetBytes(dockerfileText));
        await using (dockerfile)
        {
            await WriteAsync(writer, TarEntryType.RegularFile, dockerfilePath, null, (UnixFileMode)420, dockerfile,
                cancellationToken); // 0644
        }

        if (HidesDockerfile)
        {
            // The engine reads the Dockerfile first and then takes out what this names, so that no COPY sees either of the two.
            var hidden = new MemoryStream(Encoding.UTF8.GetBytes($"{dockerfilePath}\n{IgnoreFileName}\n"));
            await using (hidden)
            {
                await WriteAsync(
                    writer, TarEntryType.RegularFile, IgnoreFileName, null, (UnixFileMode)420, hidden, cancellationToken); // 0644
            }
        }

        foreach (var (path, bytesOfFile) in Beside)
        {
            var content = new MemoryStream(bytesOfFile.ToArray());
            await using (content)
            {
                await WriteAsync(writer, TarEntryType.RegularFile, path, null, (UnixFileMode)384, content, cancellationToken); // 0600
            }
        }

        var sent = 0L;
        foreach (var file in context.Files.Where(file => file.Path != dockerfilePath && !(HidesDockerfile && file.Path == IgnoreFileName)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            switch (file.Kind)
            {
                case ContextFileKind.Directory:
                    await WriteAsync(writer, TarEntryType.Directory, file.Path + "/", null, file.Mode, null, cancellationToken);
                    break;
                case ContextFileKind.SymbolicLink:
                    await WriteAsync(writer, TarEntryType.SymbolicLink, file.Path, file.LinkTarget, file.Mode, null, cancellationToken);
                    break;
                default:
                    var before = sent;
                    await using (var content = new ContextFileStream(file, read => bytes?.Report(before + read)))
                    {
                        await WriteAsync(writer, TarEntryType.RegularFile, file.Path, null, file.Mode, content, cancellationToken);
                        content.RequireEnd();
                    }

                    sent += file.Length;
                    break;
            }
        }

        await writer.DisposeAsync();
        await destination.FlushAsync(cancellationToken);
    }

    // Engines look at the first 1024 bytes, and take a tar that starts with an extended header for a Dockerfile, so plain
    // ustar it is wherever it fits. GNU's long headers carry the rest: the PAX headers of .NET hold a process id, which
    // would make the bytes differ from run to run.
    private async Task WriteAsync(
        TarWriter writer,
        TarEntryType type,
        string name,
        string? link,
        UnixFileMode mode,
        Stream? content,
        CancellationToken cancellationToken)
    {
        const int field = 100;
        const long largestInOctal = 0x1_FFFF_FFFF;
        var plain = Encoding.UTF8.GetByteCount(name) <= field && Encoding.UTF8.GetByteCount(link ?? "") <= field
            && (content?.Length ?? 0) <= largestInOctal;
        PosixTarEntry entry = plain ? new UstarTarEntry(type, name) : new GnuTarEntry(type, name);
        entry.Mode = mode;
        entry.ModificationTime = _time;
        if (content is not null)
        {
            entry.DataStream = content;
        }

        if (link is not null)
        {
            entry.LinkName = link;
        }

        await writer.WriteEntryAsync(entry, cancellationToken);
    }
}
