using Cake.MultiStage.Building;
using Cake.MultiStage.Dockerfiles;

namespace Cake.MultiStage.Engine.Builds;

/// <summary>Looks at the build arguments of a request before it is built.</summary>
internal static class BuildArgumentCheck
{
    // What builders know without an ARG: BuildKit's "Predefined ARGs" and "Automatic platform ARGs", and its own switches.
    private static readonly string[] Predefined =
    [
        "HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY", "SOURCE_DATE_EPOCH",
        "TARGETPLATFORM", "TARGETOS", "TARGETARCH", "TARGETVARIANT", "BUILDPLATFORM", "BUILDOS", "BUILDARCH", "BUILDVARIANT",
    ];

    /// <summary>Tells of arguments that no <c>ARG</c> declares: a misspelt name changes nothing, and nobody would notice.</summary>
    public static void Check(BuildRequest request, IBuildObserver observer)
    {
        var instructions = request.Dockerfile.Stages.SelectMany(stage => stage.Instructions).Select(Triggered).ToList();
        var declared = request.Dockerfile.Arguments.Concat(instructions.OfType<ArgInstruction>()).Select(argument => argument.Name)
            .ToHashSet(StringComparer.Ordinal);
        var raw = instructions.OfType<RawInstruction>().Where(instruction => instruction.Keyword == "ARG")
            .Select(instruction => instruction.Text).ToList();
        foreach (var name in request.BuildArguments.Keys.Order(StringComparer.Ordinal))
        {
            var isKnown = declared.Contains(name) || raw.Exists(text => text.Contains(name, StringComparison.Ordinal))
                || name.StartsWith("BUILDKIT_", StringComparison.Ordinal)
                || Predefined.Contains(name, StringComparer.OrdinalIgnoreCase);
            if (!isKnown)
            {
                var names = declared.Count == 0 ? "it declares none"
                    : "it declares " + string.Join(", ", declared.Order(StringComparer.Ordinal).Select(other => $"'{other}'"));
                observer.On(new BuildWarning($"The build argument '{name}' has no effect: no ARG of the Dockerfile declares it; {names}. "
                    + "Correct the name, or declare it."));
            }
        }
    }

    /// <summary>
    /// Adds the proxies of Docker's configuration, as the Docker CLI does; what the request says itself takes precedence.
    /// </summary>
    public static BuildRequest WithProxies(this BuildRequest request, IReadOnlyDictionary<string, string> proxies)
    {
        var arguments = new Dictionary<string, string>(request.BuildArguments, StringComparer.Ordinal);
        foreach (var (name, proxy) in proxies)
        {
            arguments.TryAdd(name, proxy);
        }

        return request with { BuildArguments = arguments };
    }

    private static Instruction Triggered(Instruction instruction) => instruction is OnBuildInstruction onBuild ? onBuild.Trigger
        : instruction;
}
