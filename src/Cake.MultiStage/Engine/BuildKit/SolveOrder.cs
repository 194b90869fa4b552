using Cake.MultiStage.Building;

namespace Cake.MultiStage.Engine.BuildKit;

/// <summary>Says a request in the terms of BuildKit's Dockerfile frontend and of the engine's exporter.</summary>
internal static class SolveOrder
{
    private const string FileExporter = "local";
    private const string MultiPlatform = "BUILDKIT_MULTI_PLATFORM";
    private const string InlineCache = "BUILDKIT_INLINE_CACHE";

    /// <summary>Asks for an image, and for what goes where.</summary>
    /// <param name="request">The request.</param>
    /// <param name="session">The id of the session that takes what comes back, and offers secrets and credentials.</param>
    /// <param name="sources">The id of the session that offers the sources; the same where there is one alone.</param>
    /// <exception cref="MultiStageException">The request asks for a network that BuildKit does not have.</exception>
    public static SolveRequest Of(BuildRequest request, string session, string? sources = null)
    {
        var order = Begin(request, session, sources ?? session);
        AddCaches(order, request);
        AttestationOrder.Add(order, request.Attestations);
        Export(order, [.. ImageExporters.Of(request).Select(export => export.Exporter)]);
        return order;
    }

    /// <summary>Asks for the files of a stage, and for no image of it.</summary>
    /// <inheritdoc cref="Of"/>
    public static SolveRequest OfFiles(BuildRequest request, string session, string sources)
    {
        var order = Begin(request, session, sources);
        // A cache within an image has no image to be in.
        CacheOrder.Add(order, request with { CacheTo = [.. request.CacheTo.Where(cache => cache is not ImageCache)] });
        // The files would come in a folder for each platform.
        order.FrontendAttrs.Remove("build-arg:" + MultiPlatform);
        Export(order, [new Exporter { Type = FileExporter }]);
        return order;
    }

    private static SolveRequest Begin(BuildRequest request, string session, string sources)
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
        Add("platform", request.Platforms.Count == 0 ? null : string.Join(',', request.Platforms));
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
        StepOrder.Add(order, request.Steps);
        if (sources != session)
        {
            foreach (var name in request.Contexts.Keys.Select(FolderName).Append("context").Append("dockerfile"))
            {
                attributes["local-sessionid:" + name] = sources;
            }
        }

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

    /// <summary>Says the exporter in both forms: engines up to 25 read the older one alone, and would export nothing, in silence.</summary>
    private static void Export(SolveRequest order, IReadOnlyList<Exporter> exporters)
    {
        order.Exporters.Add(exporters);
        order.ExporterDeprecated = exporters[0].Type;
        order.ExporterAttrsDeprecated.Add(exporters[0].Attrs);
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
