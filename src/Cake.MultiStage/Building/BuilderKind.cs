namespace Cake.MultiStage.Building;

/// <summary>The builder of the engine that makes the image. What an engine has is taken where none is named.</summary>
public enum BuilderKind
{
    /// <summary>BuildKit: stages in parallel, unused stages skipped, cache mounts.</summary>
    BuildKit,

    /// <summary>The legacy builder: one instruction after the other, on every Docker engine.</summary>
    Legacy,

    /// <summary>Podman's builder: one instruction after the other, unused stages skipped, cache mounts and secrets.</summary>
    Buildah,
}
