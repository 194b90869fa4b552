namespace Cake.MultiStage.Engine.Operations;

/// <summary>
/// How long an engine may be silent. Builds, pulls, pushes and saved images have no limit: while they run, the engine is pinged.
/// </summary>
internal sealed record EngineLimits
{
    /// <summary>Gets the time for the first answer of an engine.</summary>
    public TimeSpan FirstAnswer { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Gets the time for an answer that is due at once: of an inspection, a new tag, a container made or removed.</summary>
    public TimeSpan Answer { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets the time between two pings.</summary>
    public TimeSpan PingEvery { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets the time for the answer to a ping.</summary>
    public TimeSpan PingAnswer { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Gets how many pings in a row fail before the engine is given up: one alone may be lost to a machine that was asleep.
    /// </summary>
    public int LostPings { get; init; } = 3;
}
