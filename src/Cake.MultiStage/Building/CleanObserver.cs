namespace Cake.MultiStage.Building;

/// <summary>Passes on what a terminal may be shown: an engine's and a registry's words may hold anything.</summary>
internal sealed class CleanObserver(IBuildObserver inner) : IBuildObserver
{
    public void On(BuildEvent buildEvent) => inner.On(buildEvent switch
    {
        Transferred transfer => transfer with { What = LogText.Clean(transfer.What) },
        LayerPushed layer => layer with { Reference = LogText.Clean(layer.Reference), Layer = LogText.Clean(layer.Layer),
            Status = LogText.Clean(layer.Status) },
        BuildWarning warning => new BuildWarning(LogText.CleanLines(warning.Text)),
        // Steps and their output come out of a StepRecorder, which cleans them.
        _ => buildEvent,
    });
}
