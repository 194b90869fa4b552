using System.Security.Cryptography;
using System.Text;
using Cake.MultiStage.Dockerfiles;

namespace Cake.MultiStage.Building;

/// <summary>A folder that steps keep between builds, by <c>RUN --mount=type=cache</c>.</summary>
/// <param name="Mount">How it is mounted: with its id, and with the owner and the permissions that tell it from others of that id.</param>
/// <param name="Image">The image that its step starts from, whose shell and <c>tar</c> can read it.</param>
internal sealed record CacheMount(RunMount Mount, string Image)
{
    private const int LongestName = 60;

    /// <summary>Gets its id, as people know it.</summary>
    public string Id => Mount.Id!;

    /// <summary>Gets the name that it has in a folder: it tells it from all others.</summary>
    public string Name
    {
        get
        {
            var readable = string.Concat(Id.Trim('/').Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' ? letter : '-'));
            var exact = $"{Id}\n{Mount.UserId}\n{Mount.GroupId}\n{Mount.Mode}";
            return $"{(readable.Length <= LongestName ? readable : readable[^LongestName..])}-"
                + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(exact)))[..8];
        }
    }

    /// <summary>
    /// Finds those that building a request uses, each once. Those that a build has for itself, those that begin as files of an image, and
    /// those whose id only the builder knows are left out.
    /// </summary>
    public static IReadOnlyList<CacheMount> In(BuildRequest request) =>
    [
        .. request.Dockerfile.StagesNeededBy(request.Target, request.BuildArguments)
            .SelectMany(stage => stage.Instructions.OfType<RunInstruction>()
                .SelectMany(run => run.Mounts)
                .Where(IsKept)
                .Select(mount => (Mount: mount, Image: ImageOf(request, stage))))
            .Where(found => found.Image is not null)
            .Select(found => new CacheMount(
                RunMount.Cache(found.Mount.Target!, found.Mount.Id ?? Clean(found.Mount.Target!), found.Mount.Sharing) with
                {
                    UserId = found.Mount.UserId,
                    GroupId = found.Mount.GroupId,
                    Mode = found.Mount.Mode,
                },
                found.Image!))
            .DistinctBy(found => found.Name, StringComparer.Ordinal),
    ];

    private static bool IsKept(RunMount mount) =>
        mount is { Type: "cache", From: null, Target: ['/', ..], Sharing: not "private" }
        && !$"{mount.Id}{mount.Target}{mount.Mode}".Contains('$', StringComparison.Ordinal);

    private static string? ImageOf(BuildRequest request, Stage stage)
    {
        var index = request.Dockerfile.Stages.Index().First(other => ReferenceEquals(other.Item, stage)).Index;
        var image = request.Dockerfile.RootImage(
            request.BuildArguments, stage.Name ?? index.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return image is null || request.Contexts.ContainsKey(NamedInput.Key(image)) ? null : image;
    }

    // BuildKit's frontend takes Go's path.Clean of the target for an id.
    private static string Clean(string path)
    {
        List<string> parts = [];
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != "."))
        {
            if (part != "..")
            {
                parts.Add(part);
            }
            else if (parts.Count > 0)
            {
                parts.RemoveAt(parts.Count - 1);
            }
        }

        return "/" + string.Join('/', parts);
    }
}
