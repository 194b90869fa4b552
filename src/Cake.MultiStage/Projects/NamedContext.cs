using Cake.MultiStage.Images;

namespace Cake.MultiStage.Projects;

/// <summary>
/// What stands behind a name that a Dockerfile uses like an image: in <c>FROM base</c>, <c>COPY --from=base</c> or a mount. Needs BuildKit,
/// in Docker 23 or newer.
/// </summary>
/// <example>
/// <code>
/// var platform = MultiStageFromDockerfile("./platform");
/// var service = MultiStageFromDockerfile("./service", docker =>
/// {
///     docker.Contexts["platform"] = NamedContext.Project(platform);              // FROM platform
///     docker.Contexts["protocols"] = NamedContext.Folder("../protocols");        // COPY --from=protocols . /src/protocols
///     docker.Contexts["alpine:3.20"] = NamedContext.Image("registry.example.com/base/alpine:3.20-hardened");
/// });
/// </code>
/// </example>
public abstract record NamedContext
{
    private protected NamedContext()
    {
    }

    /// <summary>Takes the files of a folder of this host, less what its own <c>.dockerignore</c> excludes.</summary>
    /// <param name="path">The folder's path, relative to the script.</param>
    /// <returns>The context.</returns>
    public static NamedContext Folder(string path) => new FolderContext(path);

    /// <summary>Takes an image: one that the engine holds, or a registry's.</summary>
    /// <param name="reference">The reference, such as <c>registry.example.com/base:1</c>.</param>
    /// <returns>The context.</returns>
    /// <exception cref="MultiStageException">The text is not a valid reference.</exception>
    public static NamedContext Image(string reference) => new ImageContext(ImageReference.Parse(reference).OrLatest());

    /// <summary>
    /// Takes what another description yields. It is built first, by the same settings, without its tags and without a stage or variant that
    /// the settings name.
    /// </summary>
    /// <param name="project">The description.</param>
    /// <returns>The context.</returns>
    public static NamedContext Project(ImageProject project)
    {
        ArgumentNullException.ThrowIfNull(project);
        return new ProjectContext(project);
    }

    /// <summary>Takes the files of a git repository, which the engine fetches.</summary>
    /// <param name="address">
    /// The address, with branch, tag or commit after <c>#</c>, and a folder after <c>:</c>, such as
    /// <c>https://git.example.com/team/protocols.git#v2:schemas</c>.
    /// </param>
    /// <returns>The context.</returns>
    /// <exception cref="MultiStageException">The text is not an address of a repository.</exception>
    public static NamedContext Git(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var repository = address.Split('#')[0];
        var isOfGit = repository.StartsWith("git://", StringComparison.Ordinal)
            || repository.StartsWith("ssh://", StringComparison.Ordinal)
            || repository.StartsWith("git@", StringComparison.Ordinal);
        var isOfWeb = repository.StartsWith("https://", StringComparison.Ordinal)
            || repository.StartsWith("http://", StringComparison.Ordinal);
        return isOfGit || (isOfWeb && repository.EndsWith(".git", StringComparison.Ordinal))
            ? new GitContext(address)
            : throw new MultiStageException(
                $"'{LogText.Clean(address)}' is not an address of a git repository that an engine knows as one. Expected git@, ssh://, "
                    + "git://, or https:// with '.git' at the end of the path, such as 'https://git.example.com/team/app.git#v2'.");
    }
}

internal sealed record FolderContext(string Path) : NamedContext;

internal sealed record ImageContext(ImageReference Reference) : NamedContext;

internal sealed record ProjectContext(ImageProject Described) : NamedContext;

internal sealed record GitContext(string Address) : NamedContext;
