using Cake.Core;
using Cake.MultiStage.Building;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Origins;
using Cake.MultiStage.Origins.Git;
using Microsoft.Extensions.Logging;

namespace Cake.MultiStage.Aliases;

/// <summary>Adds to a request where its source comes from: labels, and the time that reproducible builds go by.</summary>
internal static class RequestOrigin
{
    /// <summary>The variable and build argument of reproducible-builds.org's specification.</summary>
    private const string Epoch = "SOURCE_DATE_EPOCH";

    /// <param name="request">The request.</param>
    /// <param name="title">The project's name, or <see langword="null"/> for no labels.</param>
    /// <param name="context">The Cake context, which knows the CI provider.</param>
    /// <param name="logger">The log.</param>
    /// <param name="cancellationToken">Stops reading the repository.</param>
    public static async Task<BuildRequest> AddAsync(
        BuildRequest request, string? title, ICakeContext context, ILogger logger, CancellationToken cancellationToken)
    {
        var epoch = context.Environment.GetEnvironmentVariable(Epoch) is { Length: > 0 } given ? given : null;
        var takesTime = epoch is null && DeclaresEpoch(request.Dockerfile);
        var repository = title is not null
            || takesTime ? await new GitRepository(request.ContextDirectory, logger).ReadAsync(cancellationToken) : null;

        // BuildKit dates what a build makes by this argument, declared or not, and a time that moves with each commit would
        // cost the cache: only who declares it gets the commit's.
        epoch ??= takesTime ? repository?.Committed?.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture) : null;
        var dated = epoch is null || request.BuildArguments.ContainsKey(Epoch)
            ? request
            : request with { BuildArguments = new Dictionary<string,
                string>(request.BuildArguments, StringComparer.Ordinal) { [Epoch] = epoch } };
        return title is null ? dated : Labelled(dated, title, SourceOrigin.Of(repository, PipelineOrigin.Of(context)), logger);
    }

    private static BuildRequest Labelled(BuildRequest request, string title, SourceOrigin? origin, ILogger logger)
    {
        if (origin?.Run is { } run)
        {
            logger.LogDebug("{Run}", $"This build is part of {run}");
        }

        var described = StageChain.Of(request.Dockerfile, request.Target, request.BuildArguments).SelectMany(stage => stage.Instructions)
            .ToList();
        return request with
        {
            Labels = OriginLabels.Of(title, origin).Where(label => !described.Exists(instruction => Sets(instruction, label.Key)))
                .Where(label => !request.Labels.ContainsKey(label.Key)).Concat(request.Labels).ToDictionary(StringComparer.Ordinal),
        };
    }

    private static bool Sets(Instruction instruction, string label) => instruction switch
    {
        LabelInstruction set => set.Name == label,
        RawInstruction raw => raw.Text.Contains(label, StringComparison.Ordinal),
        _ => false,
    };

    private static bool DeclaresEpoch(Dockerfile dockerfile) =>
        dockerfile.Arguments.Concat(dockerfile.Stages.SelectMany(stage => stage.Instructions).OfType<ArgInstruction>())
            .Any(argument => argument.Name == Epoch);
}
