using Cake.MultiStage.Images;

namespace Cake.MultiStage.Engine.Exports;

/// <summary>Images saved to a file on the host, as <c>docker load</c> reads it.</summary>
/// <param name="Path">The file's absolute path.</param>
/// <param name="Size">The file's size.</param>
public sealed record ImageArchive(string Path, ByteSize Size)
{
    /// <summary>Returns the path.</summary>
    /// <returns>The path.</returns>
    public override string ToString() => Path;
}
