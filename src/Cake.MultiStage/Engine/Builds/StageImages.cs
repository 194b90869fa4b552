using Cake.MultiStage.Building;
using Cake.MultiStage.Engine.BuildKit;
using Cake.MultiStage.Engine.Leftovers;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Engine.Builds;

/// <summary>
/// Finds out what the other stages of a build became: each is solved by its name in the build's own session, which the cache
/// answers at once and for which no file is read again, and looked at as an image that is nobody else's.
/// </summary>
internal sealed class StageImages(EngineConnection connection, BuildKitClient client)
{
    private readonly EngineImages _images = new(connection);
    private readonly ImageLayers _layers = new(connection);

    /// <summary>Looks at stages that took part in a build.</summary>
    /// <param name="stages">The stages.</param>
    /// <param name="request">What is built.</param>
    /// <param name="session">The build's session, still open.</param>
    /// <param name="cancellationToken">Stops looking.</param>
    public async Task<IReadOnlyList<StageLook>> LookAsync(
        IEnumerable<BuiltStage> stages, BuildRequest request, string session, CancellationToken cancellationToken) =>
        await Task.WhenAll(stages.Select(stage => LookAsync(stage, request, session, cancellationToken)));

    private async Task<StageLook> LookAsync(BuiltStage stage, BuildRequest request, string session, CancellationToken cancellationToken)
    {
        // With a label of its own the image has an id of its own: nobody else has it, or takes it away.
        var mark = Leftover.New(new HostProcesses(), TimeProvider.System).ToString();
        var name = ImageReference.Parse($"{Leftover.Repository}:{mark}");
        var order = SolveOrder.Of(
            request with
            {
                Target = stage.Target,
                Tags = [name],
                Labels = new Dictionary<string, string>(StringComparer.Ordinal) { [Leftover.Label] = mark },
                NoCache = false,
                Reproducible = false,
                Attestations = Attestations.None,
                CacheFrom = [],
                CacheTo = [],
                Outputs = [],
            },
            session);
        order.Internal = true;
        try
        {
            await client.SolveAsync($"Looking at stage '{stage.Name}'", order, onStatus: null, cancellationToken);
            var image = await _images.FindAsync(name.ToString(), cancellationToken);
            return new StageLook(image is null ? stage : await _layers.FillAsync(stage, image, cancellationToken), Problem: null);
        }
        catch (SolveException exception)
        {
            // Where the image is there and good, only what is told of it is less.
            return new StageLook(stage, $"The size of stage '{stage.Name}' can't be told: {exception.Message}");
        }
        finally
        {
            await _images.CleanUpAsync(name);
        }
    }
}

/// <summary>What a stage was found to be.</summary>
/// <param name="Stage">The stage, with its layers where they were found out.</param>
/// <param name="Problem">Why they were not.</param>
internal sealed record StageLook(BuiltStage Stage, string? Problem);
