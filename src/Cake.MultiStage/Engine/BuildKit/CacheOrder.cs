using System.Text.Json;
using Cake.MultiStage.Building;

namespace Cake.MultiStage.Engine.BuildKit;

/// <summary>Says caches outside the engine in BuildKit's terms.</summary>
internal static class CacheOrder
{
    /// <summary>Adds the caches to an order. What is read counts by the frontend's attribute alone.</summary>
    public static void Add(SolveRequest order, BuildRequest request)
    {
        if (request.CacheFrom.Count > 0)
        {
            order.FrontendAttrs["cache-imports"] = JsonSerializer.Serialize(
                request.CacheFrom.Select(Import).Select(entry => new CacheImport(entry.Type, entry.Attrs)),
                EngineJson.Default.IEnumerableCacheImport);
        }

        order.Cache.Exports.AddRange(request.CacheTo.Select(Export));
    }

    private static CacheOptionsEntry Import(CacheLocation location) => Place(location);

    private static CacheOptionsEntry Export(CacheLocation location)
    {
        var entry = Place(location);
        if (location is ImageCache)
        {
            return entry;
        }

        entry.Attrs["mode"] = location.FinalStageOnly ? "min" : "max";
        // A cache that can't be written is told as a step that failed, and the image stays.
        entry.Attrs["ignore-error"] = "true";
        if (location is RegistryCache)
        {
            // A manifest of an image, which every registry takes, where BuildKit once wrote an index that some don't.
            entry.Attrs["oci-mediatypes"] = "true";
            entry.Attrs["image-manifest"] = "true";
        }

        return entry;
    }

    private static CacheOptionsEntry Place(CacheLocation location) => location switch
    {
        RegistryCache registry => new CacheOptionsEntry { Type = "registry", Attrs = { ["ref"] = registry.Reference.FullName } },
        GitHubCache { Runtime: { } runtime } gitHub => GitHub(gitHub, runtime),
        _ => new CacheOptionsEntry { Type = "inline" },
    };

    private static CacheOptionsEntry GitHub(GitHubCache cache, GitHubRuntime runtime)
    {
        var entry = new CacheOptionsEntry { Type = "gha", Attrs = { ["scope"] = cache.Scope, ["token"] = runtime.Token } };
        if (runtime.Address is { } address)
        {
            entry.Attrs["url"] = address;
        }

        if (runtime.SecondAddress is { } second)
        {
            entry.Attrs["url_v2"] = second;
            entry.Attrs["version"] = "2";
        }

        return entry;
    }
}
