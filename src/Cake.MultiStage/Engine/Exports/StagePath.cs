using Cake.MultiStage.Images;

namespace Cake.MultiStage.Engine.Exports;

/// <summary>
/// A path in a stage, as a script names it: <c>/out</c> for a file or folder, <c>/out/.</c> for what is in a folder, <c>/</c> for
/// everything.
/// </summary>
internal sealed record StagePath
{
    private readonly string _path;
    private readonly bool _isContent;

    private StagePath(string path, bool isContent) => (_path, _isContent) = (path, isContent);

    /// <summary>
    /// Gets the path as the engine is asked for it. With <c>/.</c> at its end it names the entries by their paths below the folder.
    /// </summary>
    public string Query => !_isContent ? _path : _path.Length == 1 ? "/." : _path + "/.";

    /// <summary>Gets a value indicating whether what is in the folder is meant, without the folder.</summary>
    public bool IsContent => _isContent;

    /// <summary>Gets the parts between the slashes.</summary>
    public IReadOnlyList<string> Parts => _path.Split('/', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Gets the last part, which is the name below the destination.</summary>
    public string Name => PosixPath.NameOf(_path);

    /// <exception cref="MultiStageException">The path is not absolute, or goes up.</exception>
    public static StagePath Parse(string text)
    {
        var parts = text.Split('/');
        return !text.StartsWith('/') || parts.Contains("..", StringComparer.Ordinal)
            ? throw new MultiStageException(
                $"'{text}' is not a path in a stage to export: it must be absolute and without '..', such as '/out/app'.")
            : new StagePath("/" + string.Join('/', PosixPath.Parts(text)),
                parts[^1] == "." || parts.All(part => part is "" or "."));
    }

    /// <summary>Gets the place in the stage of an entry of the archive that the engine sends for this path.</summary>
    public string PlaceOf(string entry)
    {
        var folder = _isContent ? _path : _path[..(_path.LastIndexOf('/') + 1)];
        return folder.TrimEnd('/') + "/" + entry;
    }

    /// <summary>Makes the error for a stage that does not have the path.</summary>
    public MultiStageException Missing(string stage) => new(
        $"Stage '{stage}' has no '{this}'. Check the path, and that a step of the stage makes it; what a step writes into a mount does not "
            + "stay in the stage.");

    public override string ToString() => _isContent ? Query.Length == 2 ? "/" : Query : _path;
}
