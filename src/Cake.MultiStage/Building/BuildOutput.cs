using Cake.MultiStage.Images;

namespace Cake.MultiStage.Building;

/// <summary>A place where what was built goes.</summary>
/// <example>
/// <code>
/// MultiStageBuild(MultiStageGo("./hello"), build =>
/// {
///     build.Outputs.Add(BuildOutput.Push());                                // no engine has to hold it
///     build.Outputs.Add(BuildOutput.Archive("./artifacts/hello.tar"));      // what was pushed, as a file
///     build.Outputs.Add(BuildOutput.Files("./test-results", "test-run"));   // all files of a stage
/// });
/// </code>
/// </example>
public abstract record BuildOutput
{
    private protected BuildOutput()
    {
    }

    /// <summary>
    /// Keeps the image in an engine, under its tags: by default in the one that builds, or where a BuildKit of its own builds, in the one
    /// that <c>MultiStageBuildSettings.Host</c> or the environment names.
    /// </summary>
    /// <param name="host">Another engine, such as <c>ssh://me@build</c>, which the image is loaded into.</param>
    /// <returns>The output.</returns>
    public static BuildOutput Engine(string? host = null) => new EngineOutput(host);

    /// <summary>
    /// Pushes the image to the registries of its tags straight from the builder: no engine has to hold it. The registry credentials of the
    /// build are used. Needs a BuildKit of its own, or an engine with containerd's image store.
    /// </summary>
    /// <returns>The output.</returns>
    public static BuildOutput Push() => new PushOutput();

    /// <summary>
    /// Writes the image to a file on this host, as an archive in OCI form, which <c>docker load</c>, <c>podman load</c> and
    /// <c>skopeo</c> read. Needs a BuildKit of its own, or an engine with containerd's image store.
    /// </summary>
    /// <param name="file">The file, which is written anew.</param>
    /// <returns>The output.</returns>
    public static BuildOutput Archive(string file) => new ArchiveOutput(Named(file));

    /// <summary>Writes the image to a folder on this host, as an OCI layout. Needs what <see cref="Archive"/> needs.</summary>
    /// <param name="folder">The folder, which is written anew where it holds a layout and nothing else.</param>
    /// <returns>The output.</returns>
    public static BuildOutput Layout(string folder) => new LayoutOutput(Named(folder));

    /// <summary>
    /// Writes all files of a stage to a folder on this host. The stage has to be made from scratch; <c>MultiStageExport</c> brings parts of
    /// others.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="stage">The stage; that of the image by default.</param>
    /// <returns>The output.</returns>
    public static BuildOutput Files(string folder, string? stage = null) => new FilesOutput(Named(folder), stage);

    private static string Named(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return path;
    }
}

/// <param name="Host">The engine as it was named; <see langword="null"/> for the one that builds, or the usual one.</param>
internal sealed record EngineOutput(string? Host) : BuildOutput
{
    /// <summary>Gets the engine that the image is loaded into; <see langword="null"/> for the one that builds.</summary>
    public EngineEndpoint? Endpoint { get; init; }

    public override string ToString() => $"BuildOutput.Engine({(Host is null ? "" : $"\"{Host}\"")})";
}

internal sealed record PushOutput : BuildOutput
{
    public override string ToString() => "BuildOutput.Push()";
}

internal sealed record ArchiveOutput(string File) : BuildOutput
{
    public override string ToString() => $"BuildOutput.Archive(\"{File}\")";
}

internal sealed record LayoutOutput(string Folder) : BuildOutput
{
    public override string ToString() => $"BuildOutput.Layout(\"{Folder}\")";
}

internal sealed record FilesOutput(string Folder, string? Stage) : BuildOutput
{
    public override string ToString() => $"BuildOutput.Files(\"{Folder}\"{(Stage is null ? "" : $", \"{Stage}\"")})";
}

/// <summary>Pushes to a repository by the digest alone: what becomes part of an index there.</summary>
internal sealed record DigestOutput(ImageReference Repository) : BuildOutput
{
    public override string ToString() => $"a push to {Repository} by digest";
}
