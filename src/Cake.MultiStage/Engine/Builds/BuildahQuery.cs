using System.Globalization;
using Cake.MultiStage.Building;
using Cake.MultiStage.Dockerfiles;

namespace Cake.MultiStage.Engine.Builds;

/// <summary>
/// The query of <c>POST /build</c> for Podman, which knows more parameters than Docker's reference (containers/podman,
/// <c>pkg/api/handlers/compat/images_build.go</c>).
/// </summary>
internal static class BuildahQuery
{
    /// <param name="request">What is built. Its labels stand in the Dockerfile.</param>
    /// <param name="dockerfile">The Dockerfile as it is sent.</param>
    /// <param name="secrets">The secrets as they are sent.</param>
    public static string Of(BuildRequest request, DockerfileText dockerfile, BuildahSecrets secrets)
    {
        var query = new QueryText("/build");
        query.Add("dockerfile", BuildRequest.DockerfileName);
        query.Add("excludes", QueryText.Json([BuildRequest.DockerfileName]));
        query.Add("rm", "1");
        query.Add("forcerm", "1");
        // A label that tells Buildah's version: the same description makes the same image.
        query.Add("identitylabel", "0");
        foreach (var tag in request.Tags)
        {
            query.Add("t", tag.ToString());
        }

        // The target is the last stage that was written, unless stages are referred to by number: then all of them were.
        var last = request.Target is null ? -1 : request.Dockerfile.IndexOf(request.Target);
        query.Add("target", dockerfile.Lines[^1].StageIndex > last ? request.Target : null);
        query.Add("buildargs", QueryText.Json(request.BuildArguments));
        query.Add("platform", request.Platforms is [var platform] ? platform.ToString() : null);
        if (request.Network == "none")
        {
            // The host's network is Podman's own choice for builds.
            query.Add("networkmode", "NetworkDisabled");
            query.Add("nsoptions", """[{"Name":"network","Host":false}]""");
        }

        query.Add("extrahosts", QueryText.Json([.. request.Steps.Hosts.OrderBy(host => host.Key, StringComparer.Ordinal)
            .Select(host => $"{host.Key}:{host.Value}")]));
        query.Add("ulimits", QueryText.Json([.. request.Steps.Limits.Select(limit => string.Create(CultureInfo.InvariantCulture,
            $"{limit.Name}={limit.Soft}:{limit.Hard}"))]));
        query.Add("shmsize", request.Steps.SharedMemory?.Bytes.ToString(CultureInfo.InvariantCulture));
        query.Add("nocache", request.NoCache ? "1" : null);
        query.Add("pull", request.Pull ? "1" : null);
        query.Add("secrets", QueryText.Json(secrets.Options));
        return query.ToString();
    }
}
