using System.Globalization;
using Cake.MultiStage.Building;
using Cake.MultiStage.Dockerfiles;

namespace Cake.MultiStage.Engine.BuildKit;

/// <summary>Says what steps get in the terms of BuildKit's Dockerfile frontend, and what they need.</summary>
internal static class StepOrder
{
    /// <summary>Adds what the steps get to an order.</summary>
    public static void Add(SolveRequest order, StepOptions options)
    {
        if (options.Hosts.Count > 0)
        {
            order.FrontendAttrs["add-hosts"] = string.Join(',', options.Hosts.OrderBy(host => host.Key, StringComparer.Ordinal)
                .Select(host => $"{host.Key}={host.Value}"));
        }

        if (options.Limits.Count > 0)
        {
            order.FrontendAttrs["ulimit"] = string.Join(',', options.Limits.Select(limit => $"{limit.Name}={limit.Range}"));
        }

        if (options.SharedMemory is { } size)
        {
            order.FrontendAttrs["shm-size"] = size.Bytes.ToString(CultureInfo.InvariantCulture);
        }

        order.Entitlements.AddRange(options.Allowed.Where(allowed => !order.Entitlements.Contains(allowed)));
    }

    /// <summary>Sees whether the steps are allowed what they ask for, before anything is sent.</summary>
    /// <exception cref="MultiStageException">One is not.</exception>
    public static void Check(BuildRequest request)
    {
        foreach (var stage in request.Dockerfile.StagesNeededBy(request.Target, request.BuildArguments))
        {
            foreach (var run in stage.Instructions.OfType<RunInstruction>())
            {
                if (Needs(run).FirstOrDefault(need => !IsAllowed(need, request)) is { } missing)
                {
                    var shown = (run with { Mounts = [] }).Write(StageGraph.DefaultShell).Split('\n')[0];
                    throw new MultiStageException(
                        $"The build was not begun: the step '{shown}'{(stage.Name is null ? "" : $" of stage '{stage.Name}'")} needs "
                            + $"{missing}, which the build is not allowed. If you trust it, allow it: build.Allow.Add(\"{missing}\").");
                }
            }
        }
    }

    /// <summary>Says what is to be done where the builder does not grant what is asked for; nothing where it failed otherwise.</summary>
    /// <param name="error">BuildKit's own words (its <c>util/entitlements</c>).</param>
    /// <param name="connection">The builder.</param>
    public static EngineException? Ungranted(string error, IBuilderConnection connection)
    {
        const string Mark = "granting entitlement ";
        var start = error.IndexOf(Mark, StringComparison.Ordinal);
        if (start < 0)
        {
            return null;
        }

        var entitlement = error[(start + Mark.Length)..].Split(' ')[0];
        var remedy = connection is not EngineConnection ? $"Start buildkitd with --allow-insecure-entitlement {entitlement}"
            : entitlement is StepOptions.Insecure or StepOptions.HostNetwork
            ? $"In its daemon.json, \"builder\": {{ \"entitlements\": {{ \"{entitlement.Replace('.', '-')}\": true }} }} grants it"
            : "An engine grants it by \"builder\" in its daemon.json, if at all";
        return new EngineException(
            $"The build was not begun: {connection.Kind} {connection.Version} at {connection.Endpoint} does not grant {entitlement}. "
                + $"{remedy}; or leave it out of build.Allow and build.Network.",
            connection.Endpoint);
    }

    private static IEnumerable<string> Needs(RunInstruction run) =>
    [
        .. run.Network == "host" ? [StepOptions.HostNetwork] : Array.Empty<string>(),
        .. run.Security == "insecure" ? [StepOptions.Insecure] : Array.Empty<string>(),
        // What is required is a word of its own after the name.
        .. run.Devices.Select(device => $"{StepOptions.Device}={device.Split(',')[0]}"),
    ];

    // The names of devices have patterns of their own, which the builder compares.
    private static bool IsAllowed(string need, BuildRequest request) => need.StartsWith(StepOptions.Device, StringComparison.Ordinal)
        ? request.Steps.Allowed.Any(allowed => allowed.StartsWith(StepOptions.Device, StringComparison.Ordinal))
        : request.Steps.Allows(need) || (need == StepOptions.HostNetwork && request.Network == "host");
}
