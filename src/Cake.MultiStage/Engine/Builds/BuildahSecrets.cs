using System.Globalization;
using Cake.MultiStage.Building;
using Cake.MultiStage.Contexts;

namespace Cake.MultiStage.Engine.Builds;

/// <summary>The secrets of a build as Podman takes them: files beside those of the build context, and which id each has.</summary>
/// <param name="Files">The values, by the paths that they travel under.</param>
/// <param name="Options">What the query says of each.</param>
internal sealed record BuildahSecrets(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Files, IReadOnlyList<string> Options)
{
    private const string Name = ".multistage.secret";

    /// <exception cref="MultiStageException">An id can't be sent.</exception>
    public static BuildahSecrets Of(BuildRequest request, BuildContext context)
    {
        // A file of the project could be called so: another name is taken then.
        var taken = context.Files.Select(file => file.Path).ToHashSet(StringComparer.Ordinal);
        var files = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        List<string> options = [];
        var number = 0;
        foreach (var (id, value) in request.Secrets.OrderBy(secret => secret.Key, StringComparer.Ordinal))
        {
            if (id.Contains(',', StringComparison.Ordinal))
            {
                throw new MultiStageException(
                    $"The build was not begun: the id of the secret '{id}' has a comma, at which Podman would cut it. Give it another.");
            }

            string path;
            do
            {
                number++;
                path = Name + number.ToString(CultureInfo.InvariantCulture);
            }
            while (taken.Contains(path));
            files[path] = value;
            options.Add($"id={id},src={path}");
        }

        return new BuildahSecrets(files, options);
    }
}
