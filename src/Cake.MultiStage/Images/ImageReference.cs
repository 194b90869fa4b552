using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Cake.MultiStage.Images;

/// <summary>
/// A reference to an image, such as <c>golang:1.21</c>, <c>localhost:5000/team/app:1.0</c> or <c>app@sha256:…</c>.
/// </summary>
/// <remarks>
/// The grammar is that of distribution's package <c>reference</c>; the defaults are Docker's: a name without a registry
/// is on Docker Hub (<c>docker.io</c>), and a name of one component there is in <c>library/</c>.
/// </remarks>
public sealed partial record ImageReference
{
    private const string DockerHub = "docker.io";
    private const int LongestRepository = 255;

    private ImageReference(string registry, string path, string? tag, Digest? digest)
    {
        Registry = registry;
        Path = path;
        Tag = tag;
        Digest = digest;
    }

    /// <summary>Gets the registry's host, with its port where one is given. <c>docker.io</c> where none is.</summary>
    public string Registry { get; }

    /// <summary>Gets the repository's path within the registry, such as <c>library/golang</c>.</summary>
    public string Path { get; }

    /// <summary>Gets the tag, or <see langword="null"/> where none is given.</summary>
    public string? Tag { get; }

    /// <summary>Gets the digest, or <see langword="null"/> where none is given.</summary>
    public Digest? Digest { get; }

    /// <summary>Gets the full name of the repository, such as <c>docker.io/library/golang</c>.</summary>
    public string Repository => $"{Registry}/{Path}";

    /// <summary>Gets all of the reference, with the registry.</summary>
    internal string FullName => Repository + Suffix;

    private string Suffix => (Tag is null ? "" : ":" + Tag) + (Digest is null ? "" : "@" + Digest);

    /// <summary>Gets the name of the repository as people write it: without <c>docker.io/</c> and <c>library/</c>.</summary>
    public string FamiliarName =>
        Registry != DockerHub ? Repository
        : Path.StartsWith("library/", StringComparison.Ordinal)
            && Path.IndexOf('/', "library/".Length) < 0
            && !HexIdentifier().IsMatch(Path["library/".Length..]) ? Path["library/".Length..]
        : IsRegistry(Path.Split('/')[0]) ? Repository
        : Path;

    /// <summary>Reads a reference.</summary>
    /// <param name="text">The text, such as <c>registry.example.com:5000/team/app:1.0</c>.</param>
    /// <returns>The reference.</returns>
    /// <exception cref="MultiStageException">The text is not a valid reference; the message says which part is wrong.</exception>
    public static ImageReference Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Read(text, out var reference) is { } problem
            ? throw new MultiStageException(
                $"'{LogText.Clean(text)}' is not a valid image reference: {LogText.Clean(problem)}. Expected "
                    + "[registry[:port]/]path[:tag][@digest], "
                    + "such as 'team/app:1.0'.")
            : reference!;
    }

    /// <summary>Reads a reference if the text is one.</summary>
    /// <param name="text">The text.</param>
    /// <param name="reference">The reference, or <see langword="null"/>.</param>
    /// <returns>Whether the text is a reference.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ImageReference? reference)
    {
        reference = null;
        return text is not null && Read(text, out reference) is null;
    }

    /// <summary>Returns the same repository under another tag, without a digest.</summary>
    /// <param name="tag">The tag.</param>
    /// <returns>The reference.</returns>
    /// <exception cref="MultiStageException">The text is not a valid tag.</exception>
    public ImageReference WithTag(string tag) =>
        TagPattern().IsMatch(tag)
            ? new ImageReference(Registry, Path, tag, digest: null)
            : throw new MultiStageException($"'{tag}' is not a valid tag: {TagRule}.");

    /// <summary>Returns this reference pinned to a digest.</summary>
    /// <param name="digest">The digest.</param>
    /// <returns>The reference.</returns>
    public ImageReference WithDigest(Digest digest) => new(Registry, Path, Tag, digest);

    /// <summary>Gets the repository alone.</summary>
    internal ImageReference WithoutTag() => new(Registry, Path, tag: null, digest: null);

    /// <summary>Returns this reference with the tag <c>latest</c> where it has neither a tag nor a digest, as Docker does.</summary>
    /// <returns>The reference.</returns>
    public ImageReference OrLatest() => Tag is null && Digest is null ? new ImageReference(Registry, Path, "latest", digest: null) : this;

    /// <summary>Returns this reference as a tag to give: with <c>latest</c> where it has none.</summary>
    /// <returns>The reference.</returns>
    /// <exception cref="MultiStageException">The reference names a digest.</exception>
    public ImageReference AsTag() => Digest is null
        ? OrLatest()
        : throw new MultiStageException(
            $"'{this}' can't be given as a tag: it names a digest, which an image has by its content. Leave out '@{Digest}'.");

    /// <summary>Returns the reference as people write it, such as <c>golang:1.21</c>.</summary>
    /// <returns>The text form.</returns>
    public override string ToString() => FamiliarName + Suffix;

    private const string TagRule = "a tag has 1 to 128 letters, digits, '_', '.' or '-' and starts with none of the last two";

    private static string? Read(string text, out ImageReference? reference)
    {
        reference = null;
        if (text.Length == 0)
        {
            return "it is empty";
        }

        Digest? digest = null;
        var name = text;
        if (name.IndexOf('@', StringComparison.Ordinal) is var at and >= 0)
        {
            if (!Images.Digest.TryParse(name[(at + 1)..], out digest))
            {
                return $"'{name[(at + 1)..]}' is not a valid digest";
            }

            name = name[..at];
        }

        string? tag = null;
        if (name.LastIndexOf(':') is var colon and >= 0 && name.IndexOf('/', colon) < 0)
        {
            tag = name[(colon + 1)..];
            name = name[..colon];
            if (!TagPattern().IsMatch(tag))
            {
                return $"'{tag}' is not a valid tag: {TagRule}";
            }
        }

        if (HexIdentifier().IsMatch(name))
        {
            return "64 hexadecimal digits are an image id, not a name";
        }

        var slash = name.IndexOf('/', StringComparison.Ordinal);
        var first = slash < 0 ? "" : name[..slash];
        var (registry, path) = IsRegistry(first) ? (first, name[(slash + 1)..]) : (DockerHub, name);
        if (registry == "index.docker.io")
        {
            registry = DockerHub;
        }

        if (!RegistryPattern().IsMatch(registry))
        {
            return $"'{registry}' is not a valid registry host";
        }

        if (path.Any(char.IsAsciiLetterUpper))
        {
            return $"the path '{path}' has upper-case letters, which a repository's path may not";
        }

        if (path.Split('/').FirstOrDefault(component => !ComponentPattern().IsMatch(component)) is { } wrong)
        {
            return wrong.Length == 0
                ? $"the path '{path}' has an empty component"
                : $"'{wrong}' is not a valid path component: lower-case letters and digits, parted by '.', '_', '__' or dashes";
        }

        if (registry == DockerHub && !path.Contains('/', StringComparison.Ordinal))
        {
            path = "library/" + path;
        }

        if (registry.Length + 1 + path.Length > LongestRepository)
        {
            return $"its name is longer than {LongestRepository} characters";
        }

        reference = new ImageReference(registry, path, tag, digest);
        return null;
    }

    private static bool IsRegistry(string component) =>
        component.Length > 0
            && (component.AsSpan().IndexOfAny('.', ':') >= 0 || component == "localhost" || component.Any(char.IsAsciiLetterUpper));

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex TagPattern();

    [GeneratedRegex(@"\A[a-f0-9]{64}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex HexIdentifier();

    [GeneratedRegex(
        @"\A(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*"
            + @"|\[(?:[a-fA-F0-9:]+)\])(?::[0-9]+)?\z",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex RegistryPattern();

    [GeneratedRegex(@"\A[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex ComponentPattern();
}
