using Cake.MultiStage.Building;
using Cake.MultiStage.Engine;
using Cake.MultiStage.Engine.Builds;
using Cake.MultiStage.Engine.Leftovers;
using Microsoft.Extensions.Logging;

namespace Cake.MultiStage.Measuring.Sources;

/// <summary>
/// Reads what a stage holds that a build did not keep: it is built again, which the build cache answers, as long as the files are those
/// that the image was built from.
/// </summary>
internal sealed class StageContents(EngineConnection connection, ILayerSource source, IBuildObserver observer)
{
    /// <summary>Reads a stage of a build.</summary>
    /// <returns>What it holds, or <see langword="null"/> where it isn't available as it was; the log says why.</returns>
    public async Task<ImageContents?> ReadAsync(BuildRecord record, BuiltStage stage, MeasureOptions options,
        CancellationToken cancellationToken)
    {
        if (record.Asked is not { } asked)
        {
            return null;
        }

        if (asked.Masked is [var secret, ..])
        {
            LeftOut(stage, $"the value of build argument '{secret}' looks like a secret, which the record of a build doesn't keep. "
                + "Give it to the steps that need it as a secret: project.Secrets and RunMount.Secret.");
            return null;
        }

        // With a label of its own the image has an id of its own: nobody else has it, or takes it away.
        var mark = Engine.Leftovers.Leftover.New(new HostProcesses(), TimeProvider.System).ToString();
        var request = BuildRequest.Of(record, asked, stage.Target) with
        {
            Labels = new Dictionary<string, string>(StringComparer.Ordinal) { [Engine.Leftovers.Leftover.Label] = mark },
        };
        try
        {
            if ((await request.CollectContextAsync(cancellationToken)).Fingerprint() != record.ContextFingerprint)
            {
                LeftOut(stage,
                    $"files of '{record.ContextDirectory}' have changed since the image was built. Build it again, then measure it.");
                return null;
            }

            var built = await new ImageBuildService(connection).BuildAsync(request, observer, cancellationToken);
            try
            {
                return (await source.ReadAsync([built.Id], options, cancellationToken))[0];
            }
            finally
            {
                await new EngineImages(connection).CleanUpAsync(built.Id);
            }
        }
        catch (MultiStageException exception) when (exception is not EngineException)
        {
            LeftOut(stage, exception.Message);
            return null;
        }
    }

    private void LeftOut(BuiltStage stage, string reason) =>
        connection.Logger.LogWarning("{LeftOut}", $"The contents of stage '{stage.Name}' are left out: {reason}");
}
