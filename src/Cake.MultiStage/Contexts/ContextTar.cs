using Cake.MultiStage.Images;

namespace Cake.MultiStage.Contexts;

/// <summary>Writes a build context as the tar an engine reads.</summary>
internal sealed class ContextTar
{
    /// <summary>Writes the tar.</summary>
    public Task WriteAsync(Stream destination, BuildContext context, string dockerfileName, string dockerfileText, IProgress<long>? bytes, CancellationToken cancellationToken) =>
        throw new NotSupportedException(dockerfileName + dockerfileText );

    /// <summary>Computes what identifies the context's content: sha256 over paths, modes, link targets, contents and the Dockerfile.</summary>
    public Task<Digest> FingerprintAsync(BuildContext context, string dockerfileName, string dockerfileText, CancellationToken cancellationToken) =>
        throw new NotSupportedException(dockerfileName + dockerfileText );
}
