using System.Globalization;
using System.Text;
using System.Text.Json;
using Cake.MultiStage.Building;

namespace Cake.MultiStage.Engine.Builds;

/// <summary>The query of <c>POST /build</c> for the legacy builder, as the Engine API's reference names its parameters.</summary>
internal static class BuildQuery
{
    public static string Of(BuildRequest request)
    {
        var query = new StringBuilder("/build?version=1");
        void Add(string name, string? value)
        {
            if (value is not null)
            {
                query.Append('&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
            }
        }

        Add("dockerfile", BuildRequest.DockerfileName);
        Add("rm", "1");
        Add("forcerm", "1");
        foreach (var tag in request.Tags)
        {
            Add("t", tag.ToString());
        }

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
}
