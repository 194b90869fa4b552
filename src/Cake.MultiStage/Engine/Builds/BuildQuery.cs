using System.Globalization;
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

        query.Add("target", request.Target);
        query.Add("buildargs", QueryText.Json(request.BuildArguments));
        query.Add("labels", QueryText.Json(request.Labels));
        query.Add("platform", request.Platforms is [var platform] ? platform.ToString() : null);
        query.Add("networkmode", request.Network);
        foreach (var (host, address) in request.Steps.Hosts.OrderBy(host => host.Key, StringComparer.Ordinal))
        {
            query.Add("extrahosts", $"{host}:{address}");
        }

        query.Add("ulimits", Json(request.Steps.Limits));
        query.Add("shmsize", request.Steps.SharedMemory?.Bytes.ToString(CultureInfo.InvariantCulture));
        query.Add("nocache", request.NoCache ? "1" : null);
        query.Add("pull", request.Pull ? "1" : null);
        return query.ToString();
    }

    private static string? Json(IReadOnlyList<ResourceLimit> limits) => limits.Count == 0 ? null
        : $"[{string.Join(',', limits.Select(limit => string.Create(CultureInfo.InvariantCulture,
            $$"""{"Name":"{{limit.Name}}","Soft":{{limit.Soft}},"Hard":{{limit.Hard}}}""")))}]";
}
