using Cake.MultiStage.Contexts;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Building;

/// <summary>
/// Says why a build of a plan would be built, as far as that shows without a builder: what images from outside are now is taken to be what
/// they were.
/// </summary>
/// <param name="hashes">Finds out what the files hold.</param>
/// <param name="kept">What earlier builds were made of; <see langword="null"/> where nothing is kept.</param>
internal sealed class PlanReasons(FileHashes hashes, KeptBuilds? kept)
{
    /// <summary>Finds the reasons of one build.</summary>
    /// <param name="request">The request, with the labels and arguments of its origin.</param>
    /// <param name="how">What is asked for.</param>
    /// <param name="secretArguments">Its arguments whose values look like secrets.</param>
    /// <param name="earlier">The builds that it waits for and that would be built.</param>
    /// <param name="cancellationToken">Stops reading files.</param>
    /// <returns>The reasons; none where nothing would be built.</returns>
    /// <exception cref="MultiStageException">A file that is compared doesn't exist or can't be read.</exception>
    public async Task<IReadOnlyList<string>> OfAsync(
        BuildRequest request, PlannedHow how, IReadOnlyList<string> secretArguments, IReadOnlyList<string> earlier,
        CancellationToken cancellationToken)
    {
        if (!how.UpToDate && !how.InRegistry)
        {
            return ["UpToDate is off"];
        }

        if (how.IsForced)
        {
            return ["it is asked for"];
        }

        if (Unknowable.Of(request, secretArguments) is { } unknowable)
        {
            return [unknowable];
        }

        if (kept is null || await kept.LastAsync(request, cancellationToken) is not { } last)
        {
            return [how.InRegistry ? "no earlier build of it is known here; its registry is asked first"
                : "no earlier build of it is known here"];
        }

        var context = await request.CollectContextAsync(cancellationToken);
        var contents = await hashes.OfAsync(context, request.Name, cancellationToken);
        // Neither the builder nor its platform is compared.
        var inputs = BuildInputs.Of(
            request, contents, new Dictionary<string, string>(StringComparer.Ordinal), BuilderKind.BuildKit,
            new Platform("linux", "amd64"));
        return
        [
            .. Known(inputs).DifferencesFrom(Known(last)),
            .. earlier.Select(build => $"'{build}' is built first, which it uses"),
        ];
    }

    /// <summary>Leaves out what a builder or a registry has to be asked for.</summary>
    private static BuildInputs Known(BuildInputs inputs) => new(
    [
        .. inputs.All.Where(input => input.Kind != BuildInputKind.Base
            && !(input.Kind == BuildInputKind.Setting && input.Name is BuildInputs.BuilderSetting or BuildInputs.PlatformSetting)),
    ]);
}

/// <summary>How a build of a plan decides whether it is needed.</summary>
/// <param name="UpToDate">Whether the engine is asked for an image made of the same.</param>
/// <param name="InRegistry">Whether the registry is.</param>
/// <param name="IsForced">Whether it is built in any case.</param>
internal sealed record PlannedHow(bool UpToDate, bool InRegistry, bool IsForced);
