namespace Cake.MultiStage.Building;

/// <summary>The builder of the engine that makes the image.</summary>
public enum BuilderKind
{
    /// <summary>BuildKit: stages in parallel, unused stages skipped, cache mounts.</summary>
    BuildKit,

    /// <summary>The legacy builder: one instruction after the other, on every engine.</summary>
    Legacy,
}
