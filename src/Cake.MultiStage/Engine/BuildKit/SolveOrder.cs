using Cake.MultiStage.Building;

namespace Cake.MultiStage.Engine.BuildKit;

/// <summary>Says a request in the terms of BuildKit's Dockerfile frontend and of the engine's exporter.</summary>
internal static class SolveOrder
{
    private const string ImageExporter = "moby";
    private const string FileExporter = "local";
    private const string MultiPlatform = "BUILDKIT_MULTI_PLATFORM";
    private const string InlineCache = "BUILDKIT_INLINE_CACHE";

    /// <param name="request">The request.</param>
    /// <param name="session">The id of the session that offers files, secrets and credentials.</param>
    /// <exception cref="MultiStageException">The request asks for a network that BuildKit does not have.</exception>
    public static SolveRequest Of(BuildRequest request, string session)
    {
        var order = Begin(request, session);
        AddCaches(order, request);
        Export(order, request);
        return order;
    }

    /// <summary>Asks for the files of a stage, and for no image of it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="session">The id of the session that takes the files, and offers secrets and credentials.</param>
    /// <param name="sources">The id of the session that offers the sources, which may be another.</param>
    /// <exception cref="MultiStageException">The request asks for a network that BuildKit does not have.</exception>
    public static SolveRequest OfFiles(BuildRequest request, string session, string sources)
    {
        var order = Begin(request, session);
        // A cache within an image has no image to be in.
        CacheOrder.Add(order, request with { CacheTo = [.. request.CacheTo.Where(cache => cache is not ImageCache)] });
        // The files would come in a folder for each platform.
        order.FrontendAttrs.Remove("build-arg:" + MultiPlatform);
        if (sources != session)
        {
            foreach (var name in request.Contexts.Keys.Select(FolderName).Append("context").Append("dockerfile"))
            {
                order.FrontendAttrs["local-sessionid:" + name] = sources;
            }
        }

        Export(order, new Exporter { Type = FileExporter });
        return order;
    }

    private static SolveRequest Begin(BuildRequest request, string session)
    {
        var order = new SolveRequest
        {
            Ref = Guid.NewGuid().ToString("N"),
            Session = session,
            Frontend = "dockerfile.v0",
            Cache = new CacheOptions(),
        };
        var attributes = order.FrontendAttrs;
        attributes["filename"] = BuildRequest.DockerfileName;
        // What was just built takes precedence over an older copy in a registry.
        attributes["image-resolve-mode"] = request.Pull ? "pull" : "local";
        Add("target", request.Target);
        Add("platform", request.Platform?.ToString());
        Add("no-cache", request.NoCache ? "" : null);
        foreach (var (name, value) in request.BuildArguments)
        {
            attributes["build-arg:" + name] = value;
        }

        foreach (var (name, value) in request.Labels)
        {
            attributes["label:" + name] = value;
        }

        foreach (var (name, input) in request.Contexts)
        {
            attributes["context:" + name] = input is AddressInput { Address: var address } ? address : $"local:{FolderName(name)}";
        }

        AddNetwork(order, request.Network);
        return order;

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                attributes[name] = value;
            }
        }
    }

    /// <summary>Gets the name under which the session has the folder of a named context.</summary>
    public static string FolderName(string context) => "named-" + context;

    private static void AddCaches(SolveRequest order, BuildRequest request)
    {
        CacheOrder.Add(order, request);
        if (order.Cache.Exports.All(entry => entry.Type != "inline")
            && request.BuildArguments.TryGetValue(InlineCache, out var inline) && inline is "1" or "true")
        {
            order.Cache.Exports.Add(new CacheOptionsEntry { Type = "inline" });
        }
    }

    private static void Export(SolveRequest order, BuildRequest request)
    {
        // The engine's own exporter refuses to rewrite times; BuildKit's does it, and takes a name as it is written.
        var exporter = new Exporter { Type = request.Reproducible ? "image" : ImageExporter };
        if (request.Reproducible)
        {
            exporter.Attrs["rewrite-timestamp"] = "true";
            // What the engine's own exporter calls an image without a name.
            exporter.Attrs["dangling-name-prefix"] = "moby-dangling";
        }

        if (request.Tags.Count > 0)
        {
            exporter.Attrs["name"] = string.Join(',', request.Tags.Select(tag => request.Reproducible ? tag.FullName : tag.ToString()));
        }

        Export(order, exporter);
    }

    /// <summary>Says the exporter in both forms: engines up to 25 read the older one alone, and would export nothing, in silence.</summary>
    private static void Export(SolveRequest order, Exporter exporter)
    {
        order.Exporters.Add(exporter);
        order.ExporterDeprecated = exporter.Type;
        order.ExporterAttrsDeprecated.Add(exporter.Attrs);
    }

    private static void AddNetwork(SolveRequest order, string? network)
    {
        switch (network)
        {
            case null or "" or "default":
                break;
            case "host":
                order.FrontendAttrs["force-network-mode"] = network;
                order.Entitlements.Add("network.host");
                break;
            case "none":
                order.FrontendAttrs["force-network-mode"] = network;
                break;
            default:
                throw new MultiStageException(
                    $"The network '{network}' is not one that BuildKit's steps can have: it knows 'default', 'none' and 'host'. "
                    + $"A network of the engine can be used with {nameof(BuilderKind)}.{nameof(BuilderKind.Legacy)}.");
        }
    }
}
