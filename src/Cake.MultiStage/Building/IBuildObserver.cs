namespace Cake.MultiStage.Building;

/// <summary>Is told what a build does, as it does it. Calls come one at a time.</summary>
internal interface IBuildObserver
{
    void On(BuildEvent buildEvent);
}

/// <summary>Passes calls on one at a time: the build context is still on its way while the first answers come.</summary>
internal sealed class OneAtATime(IBuildObserver inner) : IBuildObserver
{
    private readonly Lock _lock = new();

    public void On(BuildEvent buildEvent)
    {
        lock (_lock)
        {
            inner.On(buildEvent);
        }
    }
}

internal abstract record BuildEvent;

/// <summary>A step began.</summary>
internal sealed record StepStarted(StepName Step) : BuildEvent
{
    /// <summary>Gets a value indicating whether it is looked up at once, and then waits for the steps that need it.</summary>
    public bool IsSource { get; init; }
}

/// <summary>A step wrote a line.</summary>
internal sealed record StepOutput(StepName Step, string Line) : BuildEvent;

/// <summary>A step ended.</summary>
internal sealed record StepFinished(StepName Step, bool Cached, TimeSpan Duration, string? Error) : BuildEvent;

/// <summary>
/// Bytes or parts of something that travels: the build context, a layer of a base image. Total is 0 where it is not known.
/// </summary>
internal sealed record Transferred(string What, long Current, long Total) : BuildEvent;

/// <summary>A registry has a layer of an image: it was sent, was there before, or was taken over from another repository.</summary>
internal sealed record LayerPushed(string Reference, string Layer, string Status) : BuildEvent
{
    /// <summary>What is shown of a layer on its way.</summary>
    public static string Name(string reference, string layer) => $"push {reference} layer {layer}";

    public override string ToString() => $"{Name(Reference, Layer)}: {Status}";
}

/// <summary>Something the user should know.</summary>
internal sealed record BuildWarning(string Text) : BuildEvent;

/// <summary>Something the user may want to know.</summary>
internal sealed record BuildNote(string Text) : BuildEvent;
