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

    /// <summary>Looks at the stages that took part in a build, the last one excepted.</summary>
    /// <param name="request">What was built.</param>
    /// <param name="session">The build's session, still open.</param>
    /// <param name="observer">Is told of a stage that can't be looked at.</param>
    /// <param name="cancellationToken">Stops looking.</param>
    public async Task<IReadOnlyList<BuiltStage>> LookAsync(BuildRequest request, string session, IBuildObserver observer, CancellationToken cancellationToken) =>
        await Task.WhenAll(request.BuiltStages().SkipLast(1).Select(stage => LookAsync(stage, request, session, observer, cancellationToken)));

    private async Task<BuiltStage> LookAsync(BuiltStage stage, BuildRequest request, string session, IBuildObserver observer, CancellationToken cancellationToken)
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
            },
            session);
        order.Internal = true;
        try
        {
            await client.SolveAsync($"Looking at stage '{stage.Name}'", order, onStatus: null, cancellationToken);
            return await _images.FindAsync(name.ToString(), cancellationToken) is { } image ? await _layers.FillAsync(stage, image, cancellationToken) : stage;
        }
        catch (SolveException exception)
        {
            // The image is there and good; only what is told of it is less.
            observer.On(new BuildWarning($"The size of stage '{stage.Name}' can't be told: {exception.Message}"));
            return stage;
        }
        finally
        {
            await _images.CleanUpAsync(name);
        }
    }
}
