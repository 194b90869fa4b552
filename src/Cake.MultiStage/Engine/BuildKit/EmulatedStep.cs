using Cake.MultiStage.Building;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Engine.BuildKit;

/// <summary>A step that runs programs of another processor than the builder's, which that one can't run.</summary>
/// <param name="Stage">The stage's name.</param>
/// <param name="Instruction">The step.</param>
/// <param name="Platform">What its programs are for.</param>
/// <param name="Known">What the builder runs.</param>
internal sealed record EmulatedStep(string Stage, string Instruction, Platform Platform, IReadOnlyList<Platform> Known)
{
    /// <summary>Finds the first such step of a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="known">What the builder can run, emulated platforms included; nothing where it doesn't say.</param>
    public static EmulatedStep? Find(BuildRequest request, IReadOnlyList<Platform> known) =>
        known.Count == 0 ? null
            : request.Platforms.Where(platform => !known.Any(own => Runs(own, platform)))
                .SelectMany(
                    platform => request.BuiltStages()
                        .Zip(request.Dockerfile.StagesNeededBy(request.Target, request.BuildArguments))
                        .Where(stage => IsFor(stage.Second, request, platform))
                        .Select(
                            stage => stage.Second.Instructions.OfType<RunInstruction>().FirstOrDefault() is { } run
                                ? new EmulatedStep(stage.First.Name, (run with { Mounts = [] }).Write(StageGraph.DefaultShell)
                                    .Split('\n')[0], platform, known)
                                : null))
                .FirstOrDefault(step => step is not null);

    /// <summary>Says what is wrong, and what to do.</summary>
    /// <param name="builder">The builder, as messages name it.</param>
    public string Problem(string builder) =>
        $"the step '{Instruction}' of stage '{Stage}' runs programs for {Platform}, and {builder} runs those for "
            + $"{string.Join(", ", Known)} alone. Have the stage cross-compile (FROM --platform=$BUILDPLATFORM …), as the presets of Go "
            + $"and .NET do; or build where {Platform} runs, by build.Builder or build.Host; or have that host emulate it: 'docker run "
            + $"--privileged --rm tonistiigi/binfmt --install {Platform.Architecture}'.";

    /// <summary>Says whether what runs the programs of one platform runs those of another.</summary>
    public static bool Runs(Platform own, Platform wanted) =>
        own.OperatingSystem == wanted.OperatingSystem && own.Architecture == wanted.Architecture
            && (Variant(wanted) is not { } variant || Variant(own) is not { } has || has == variant);

    /// <summary>A stage is for the platform asked for, unless it, or the stage that it starts from, names another.</summary>
    private static bool IsFor(Stage stage, BuildRequest request, Platform platform)
    {
        var named = Under(stage, request.Dockerfile, request.BuildArguments).Select(one => one.Platform)
            .FirstOrDefault(text => text is not null);
        return named is null or "$TARGETPLATFORM" or "${TARGETPLATFORM}" || named == platform.ToString();
    }

    private static IEnumerable<Stage> Under(Stage stage, Dockerfile dockerfile, IReadOnlyDictionary<string, string> arguments)
    {
        var seen = new HashSet<Stage>(ReferenceEqualityComparer.Instance);
        for (var next = stage; next is not null && seen.Add(next);)
        {
            yield return next;
            var start = dockerfile.ExpandBase(next, arguments);
            next = dockerfile.Stages.FirstOrDefault(other => string.Equals(other.Name, start, StringComparison.OrdinalIgnoreCase));
        }
    }

    // What has no variant to tell is the usual one: arm64 is v8.
    private static string? Variant(Platform platform) => platform switch
    {
        { Architecture: "arm64", Variant: "v8" } => null,
        _ => platform.Variant,
    };
}
