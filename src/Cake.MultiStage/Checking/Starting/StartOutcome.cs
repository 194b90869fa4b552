namespace Cake.MultiStage.Checking.Starting;

/// <summary>What came of a start, before it is judged.</summary>
/// <param name="Proof">What is told to the user.</param>
internal sealed record StartOutcome(StartProof Proof)
{
    public bool IsOutOfMemory { get; init; }

    /// <summary>Gets a value indicating whether the port that was waited for is listened on at the loopback address alone.</summary>
    public bool IsLoopbackOnly { get; init; }

    /// <summary>Gets what the health check said last.</summary>
    public string? HealthOutput { get; init; }

    public override string ToString() => Proof switch
    {
        { Refusal: not null } => "was not started by the engine",
        { ExitCode: { } code } => $"ended with exit code {code} after {StartJudge.Seconds(Proof.Duration)}{FirstOutput}",
        { Ready: { } ready } => $"{Proof.WaitedFor} after {StartJudge.Seconds(ready)}{FirstOutput}",
        { WaitedFor: { } awaited } => $"no {awaited} after {StartJudge.Seconds(Proof.Duration)}{FirstOutput}",
        _ => $"still ran after {StartJudge.Seconds(Proof.Duration)}{FirstOutput}",
    };

    private string FirstOutput => Proof.FirstOutput is { } first ? $", first output after {StartJudge.Seconds(first)}" : "";
}
