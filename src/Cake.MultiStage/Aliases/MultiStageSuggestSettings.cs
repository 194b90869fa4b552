using Cake.MultiStage.Measuring;

namespace Cake.MultiStage.Aliases;

/// <summary>What is told of a proposal beside its lines.</summary>
public sealed class MultiStageSuggestSettings
{
    /// <summary>
    /// Gets or sets the measurement of what the Dockerfile makes today: the expected size is told by it. By default <see langword="null"/>:
    /// none is told, unless <see cref="Prove"/> has it built.
    /// </summary>
    public MeasuredImage? Measured { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether the proposal is built, and what there is too where it was not measured; both are started and
    /// measured, and the two are compared. The images are named by the project, as <c>NAME-proposal</c> and <c>NAME-existing</c>; no other
    /// tag is moved. Off by default.
    /// </summary>
    public bool Prove { get; set; }

    /// <summary>Gets or sets how images are built for <see cref="Prove"/>. Tags and outputs in it are an error.</summary>
    public MultiStageBuildSettings Build { get; set; } = new();

    /// <summary>Gets or sets how containers are started for <see cref="Prove"/>, both alike.</summary>
    public MultiStageStartSettings Start { get; set; } = new();
}
