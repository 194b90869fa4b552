namespace Cake.MultiStage.Contexts;

/// <summary>A <c>.dockerignore</c> file: which paths of the context stay behind.</summary>
internal sealed class IgnoreFile
{
    private IgnoreFile()
    {
    }

    /// <summary>Gets a file that ignores nothing.</summary>
    public static IgnoreFile Empty => new();

    /// <summary>Reads the text of an ignore file.</summary>
    public static IgnoreFile Parse(string text) => throw new NotSupportedException(text);

    /// <summary>Loads the ignore file that belongs to a Dockerfile.</summary>
    public static Task<IgnoreFile> LoadAsync(string contextDirectory, string dockerfileName, CancellationToken cancellationToken) =>
        throw new NotSupportedException(contextDirectory + dockerfileName );

    /// <summary>Tells whether a path stays behind.</summary>
    public bool IsIgnored(string slashPath) => throw new NotSupportedException(slashPath);
}
