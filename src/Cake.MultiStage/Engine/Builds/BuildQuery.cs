<<<<<<< HEAD
using System.Globalization;
using System.Text;
using System.Text.Json;
=======
>>>>>>> 1ecfb09 (Podman builds by Buildah, told by what the engine says it is, with one POST and one reader of steps shared with the legacy builder)
using Cake.MultiStage.Building;

namespace Cake.MultiStage.Engine.Builds;

/// <summary>The query of <c>POST /build</c> for the legacy builder, as the Engine API's reference names its parameters.</summary>
internal static class BuildQuery
{
    public static string Of(BuildRequest request)
    {
        var query = new QueryText("/build?version=1");
        query.Add("dockerfile", BuildRequest.DockerfileName);
        query.Add("rm", "1");
        query.Add("forcerm", "1");
        foreach (var tag in request.Tags)
        {
            query.Add("t", tag.ToString());
        }

<<<<<<< HEAD
        Add("target", request.Target);
        Add("buildargs", Json(request.BuildArguments));
        Add("labels", Json(request.Labels));
        Add("platform", request.Platforms is [var platform] ? platform.ToString() : null);
        Add("networkmode", request.Network);
        foreach (var (host, address) in request.Steps.Hosts.OrderBy(host => host.Key, StringComparer.Ordinal))
        {
            Add("extrahosts", $"{host}:{address}");
        }

        Add("ulimits", Json(request.Steps.Limits));
        Add("shmsize", request.Steps.SharedMemory?.Bytes.ToString(CultureInfo.InvariantCulture));
        Add("nocache", request.NoCache ? "1" : null);
        Add("pull", request.Pull ? "1" : null);
        return query.ToString();
    }

    private static string? Json(IReadOnlyList<ResourceLimit> limits) => limits.Count == 0 ? null
        : $"[{string.Join(',', limits.Select(limit => string.Create(CultureInfo.InvariantCulture,
            $$"""{"Name":"{{limit.Name}}","Soft":{{limit.Soft}},"Hard":{{limit.Hard}}}""")))}]";

    private static string? Json(IReadOnlyDictionary<string, string> values) =>
        values.Count == 0
            ? null
            : JsonSerializer.Serialize(
                new SortedDictionary<string, string>(values.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal));
=======
        query.Add("target", request.Target);
        query.Add("buildargs", QueryText.Json(request.BuildArguments));
        query.Add("labels", QueryText.Json(request.Labels));
        query.Add("platform", request.Platforms is [var platform] ? platform.ToString() : null);
        query.Add("networkmode", request.Network);
        query.Add("nocache", request.NoCache ? "1" : null);
        query.Add("pull", request.Pull ? "1" : null);
        return query.ToString();
    }
>>>>>>> 1ecfb09 (Podman builds by Buildah, told by what the engine says it is, with one POST and one reader of steps shared with the legacy builder)
}
