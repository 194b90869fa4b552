using Cake.MultiStage.Building;

namespace Cake.MultiStage.Engine.BuildKit;

/// <summary>Says where an image goes in terms of BuildKit's exporters.</summary>
internal static class ImageExporters
{
    /// <summary>
    /// Gets an exporter for each output of an image, in the order in which they are asked for: what comes back in the session is told by
    /// its place in it. The store's is the last, whose answer counts.
    /// </summary>
    public static IReadOnlyList<(BuildOutput Output, Exporter Exporter)> Of(BuildRequest request)
    {
        IEnumerable<BuildOutput> wanted = request.Outputs.Where(output => output is not FilesOutput).Distinct();
        if (request.IsKept)
        {
            wanted = wanted.Where(output => output is not EngineOutput { Endpoint: null }).Append(new EngineOutput(Host: null));
        }

        return [.. wanted.Select(output => (output, Of(output, request)))];
    }

    /// <summary>Says whether an output comes back to this side.</summary>
    public static bool IsReceived(BuildOutput output) => output is ArchiveOutput or LayoutOutput or EngineOutput { Endpoint: not null };

    private static Exporter Of(BuildOutput output, BuildRequest request)
    {
        var exporter = new Exporter { Type = TypeOf(output, request) };
        var isStore = output is EngineOutput { Endpoint: null };
        if (request.Tags.Count > 0)
        {
            var isShort = isStore && !request.Reproducible;
            exporter.Attrs["name"] = string.Join(',', request.Tags.Select(tag => isShort ? tag.ToString() : tag.FullName));
        }

        if (request.Reproducible)
        {
            exporter.Attrs["rewrite-timestamp"] = "true";
        }

        if (isStore && request.Reproducible)
        {
            // What the engine's own exporter calls an image without a name.
            exporter.Attrs["dangling-name-prefix"] = "moby-dangling";
        }

        if (output is PushOutput)
        {
            exporter.Attrs["push"] = "true";
            exporter.Attrs["store"] = "false";
        }

        if (output is DigestOutput { Repository: var repository })
        {
            exporter.Attrs["name"] = repository.FullName;
            exporter.Attrs["push"] = "true";
            exporter.Attrs["push-by-digest"] = "true";
            exporter.Attrs["store"] = "false";
        }

        if (request.Outputs.Any(other => other is PushOutput or DigestOutput or ArchiveOutput or LayoutOutput))
        {
            // Builders, and exporters, differ in what they take where nothing is said, and one image is to have one digest: of several
            // exporters the last one's is told.
            exporter.Attrs["oci-mediatypes"] = "true";
        }

        return exporter;
    }

    private static string TypeOf(BuildOutput output, BuildRequest request) => output switch
    {
        // The engine's own exporter refuses to rewrite times; BuildKit's does it, and takes a name as it is written.
        EngineOutput { Endpoint: null } => request.Reproducible ? "image" : "moby",
        // What every engine loads; an index can be loaded in OCI's form alone.
        EngineOutput => request.Platforms.Count > 1 ? "oci" : "docker",
        PushOutput or DigestOutput => "image",
        _ => "oci",
    };
}
