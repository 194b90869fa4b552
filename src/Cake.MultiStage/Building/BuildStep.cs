namespace Cake.MultiStage.Building;

/// <summary>One step of a build: what the builder did for an instruction, or for itself.</summary>
/// <param name="Name">The step as the builder names it, such as <c>[builder 3/4] COPY main.go ./</c>.</param>
/// <param name="Stage">The stage the step belongs to, or <see langword="null"/> for the builder's own steps.</param>
/// <param name="Cached">Whether the result came from the build cache.</param>
/// <param name="Duration">How long it took; zero where it was cached or the builder does not say.</param>
public sealed record BuildStep(string Name, string? Stage, bool Cached, TimeSpan Duration);
