namespace Cake.MultiStage.Projects;

/// <summary>What a preset took for granted where the project's files say nothing, and how to say otherwise.</summary>
/// <param name="Text">What was assumed and how to change it, in one line.</param>
/// <param name="Doubtful">Whether the result may be wrong if the assumption is; aliases then log it as a warning.</param>
public sealed record Assumption(string Text, bool Doubtful = false)
{
    /// <summary>Returns the text.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Text;
}
