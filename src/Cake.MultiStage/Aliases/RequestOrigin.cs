using Cake.Core;
using Cake.MultiStage.Building;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Origins;
using Cake.MultiStage.Origins.Git;
using Cake.MultiStage.Projects;
using Microsoft.Extensions.Logging;

namespace Cake.MultiStage.Aliases;

/// <summary>Adds to a request where its source comes from: labels, and the time that reproducible builds go by.</summary>
internal static class RequestOrigin
{
    private const string Epoch = BuildRequest.EpochArgument;

    private static readonly string[] Stamps = [BuilderSteps.SourceVersion, BuilderSteps.SourceCommit];

    /// <param name="request">The request.</param>
    /// <param name="title">The project's name, or <see langword="null"/> for no labels.</param>
    /// <param name="context">The Cake context, which knows the CI provider.</param>
    /// <param name="logger">The log.</param>
    /// <param name="cancellationToken">Stops reading the repository.</param>
    public static async Task<BuildRequest> AddAsync(
        BuildRequest request, string? title, ICakeContext context, ILogger logger, CancellationToken cancellationToken)
    {
        var epoch = context.Environment.GetEnvironmentVariable(Epoch) is { Length: > 0 } given ? given : null;
        var declared = Declared(request.Dockerfile);
        var takes = (epoch is null && declared.Contains(Epoch)) || declared.Overlaps(Stamps) || request.Reproducible;
        var isTold = title is not null || takes || request.SharedCache is not null;
        var repository = isTold
            ? await new GitRepository(request.ContextDirectory, logger).ReadAsync(cancellationToken)
            : null;
        var origin = isTold ? SourceOrigin.Of(repository, PipelineOrigin.Of(context)) : null;
        var values = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            // BuildKit dates what a build makes by this argument, declared or not, and a time that moves with each commit would
            // cost the cache: only who declares it, or wants it so, gets the commit's.
            [Epoch] = epoch ?? (declared.Contains(Epoch) || request.Reproducible
                ? repository?.Committed?.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture) : null),
            [BuilderSteps.SourceVersion] = declared.Contains(BuilderSteps.SourceVersion) ? origin?.Tag ?? Short(origin?.Revision) : null,
            [BuilderSteps.SourceCommit] = declared.Contains(BuilderSteps.SourceCommit) ? origin?.Revision : null,
        };
        var arguments = request.BuildArguments.ToDictionary(StringComparer.Ordinal);
        foreach (var (name, value) in values.Where(pair => pair.Value is not null))
        {
            arguments.TryAdd(name, value!);
        }

        if (request.Reproducible && !arguments.ContainsKey(Epoch))
        {
            throw new MultiStageException(
                $"The build was not begun: Reproducible needs a time, and '{request.ContextDirectory}' is in no git repository "
                    + $"with a commit. Set the variable {Epoch} to seconds since 1970, or build.BuildArguments[\"{Epoch}\"].");
        }

        var dated = CacheRequest.OnBranch(request, origin) with { BuildArguments = arguments };
        foreach (var (name, input) in request.Contexts)
        {
            if (input is BuiltInput built)
            {
                var added = await AddAsync(built.Request, title: null, context, logger, cancellationToken);
                dated = dated with
                {
                    Contexts = new Dictionary<string, NamedInput>(dated.Contexts, StringComparer.Ordinal)
                        { [name] = built with { Request = added } },
                };
            }
        }

        return title is null ? dated : Labelled(dated, title, origin, logger);
    }

    private static string? Short(string? revision) => revision is { Length: > 12 } ? revision[..12] : revision;

    private static BuildRequest Labelled(BuildRequest request, string title, SourceOrigin? origin, ILogger logger)
    {
        if (origin?.Run is { } run)
        {
            logger.LogDebug("{Run}", $"This build is part of {run}");
        }

        var described = StageChain.Of(request.Dockerfile, request.Target, request.BuildArguments).SelectMany(stage => stage.Instructions)
            .ToList();
        List<KeyValuePair<string, string>> added =
        [
            .. OriginLabels.Of(title, origin).Where(label => !described.Exists(instruction => Sets(instruction, label.Key)))
                .Where(label => !request.Labels.ContainsKey(label.Key)),
        ];
        return request with
        {
            Labels = added.Concat(request.Labels).ToDictionary(StringComparer.Ordinal),
            OriginLabels = added.Select(label => label.Key).ToHashSet(StringComparer.Ordinal),
        };
    }

    private static bool Sets(Instruction instruction, string label) => instruction switch
    {
        LabelInstruction set => set.Name == label,
        RawInstruction raw => raw.Text.Contains(label, StringComparison.Ordinal),
        _ => false,
    };

    private static HashSet<string> Declared(Dockerfile dockerfile) =>
        dockerfile.Arguments.Concat(dockerfile.Stages.SelectMany(stage => stage.Instructions).OfType<ArgInstruction>())
            .Select(argument => argument.Name).ToHashSet(StringComparer.Ordinal);
}
