namespace Cake.MultiStage.Building;

/// <summary>What the user is told of a request before it is built.</summary>
/// <param name="Text">The text.</param>
/// <param name="IsWarning">Whether it is something to act upon.</param>
internal sealed record BuildNotice(string Text, bool IsWarning);
