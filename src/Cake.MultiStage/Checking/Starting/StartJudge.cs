using System.Globalization;

namespace Cake.MultiStage.Checking.Starting;

/// <summary>Says whether a start is what was expected of it.</summary>
/// <param name="image">The image as a user names it.</param>
/// <param name="request">What was expected.</param>
internal sealed class StartJudge(string image, StartRequest request)
{
    /// <summary>The id by which the start proof is switched, as the rules are by theirs.</summary>
    public const string Id = "start-proof";

    private const int LastLines = 5;
    private const int LastCharacters = 500;

    // Codes above are 128 and the number of the signal that ended the program, as shells and the engine count.
    private const int SignalBase = 128;
    private const int LastSignal = 64;

    // Linux, signal(7).
    private static readonly Dictionary<long, string> Signals = new()
    {
        [4] = "illegal instruction", [6] = "abort", [7] = "bus error", [8] = "arithmetic fault", [9] = "killed",
        [11] = "segmentation fault", [15] = "terminated",
    };

    public static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.00} s");

    /// <summary>Returns what is wrong; <see langword="null"/> where nothing is.</summary>
    public Finding? Judge(StartOutcome outcome) => outcome.Proof switch
    {
        { Refusal: { } refusal } =>
            Found($"The engine can't start it: {refusal}",
                "The other start checks tell which file is missing, not executable or for another platform."),
        { ExitCode: not null } proof when outcome.IsOutOfMemory => Found(
            $"The program was killed: it used up {(request.Memory is { } memory ? $"its memory of {memory}" : "the memory")} after "
                + $"{Seconds(proof.Duration)}.{Said(proof)}",
            "Give it more by Start.Memory, or have it take less."),
        { ExitCode: { } code } proof when proof.WaitedFor is { } awaited =>
            Found($"The program ended with {Code(code, proof)} after {Seconds(proof.Duration)}, while it was waited for: "
                + $"{awaited}.{Said(proof)}", Mend(proof)),
        { ExitCode: { } code } proof when code != request.ExitCode =>
            Found($"The program ended with {Code(code, proof)} after {Seconds(proof.Duration)}; {request.ExitCode} was "
                + $"expected.{Said(proof)}", Mend(proof)),
        { ExitCode: null, Ready: null, WaitedFor: not null } proof => Found(
            $"Within {Seconds(request.Timeout)}, {Not}.{Health(outcome)}{Said(proof)}",
            "Have the program get ready without a network, or give it more time by Start.Timeout."),
        _ when outcome.IsLoopbackOnly => Found(
            $"TCP port {request.Port} is listened on at the loopback address alone: nothing outside the container reaches it.",
            "Have the program listen on all addresses (0.0.0.0 or [::])."),
        _ => null,
    };

    // Which signal it was tells nothing where the program raised it itself to say that an exception was not caught.
    private static string Code(long code, StartProof proof)
    {
        var signal = code is > SignalBase and <= SignalBase + LastSignal ? code - SignalBase : 0;
        var meaning = signal == 0 ? ""
            : ErrorLine.IsOfDotNet(proof.Output) ? " (an unhandled exception)"
            : Signals.TryGetValue(signal, out var name) ? $" (signal {signal}, {name})"
            : $" (signal {signal})";
        return string.Create(CultureInfo.InvariantCulture, $"exit code {code}{meaning}");
    }

    private string Not => (request.HealthCheck, request.Port) switch
    {
        (true, { } port) =>
            string.Create(CultureInfo.InvariantCulture, $"the health check did not pass, or TCP port {port} was not listened on"),
        (true, null) => "the health check did not pass",
        _ => string.Create(CultureInfo.InvariantCulture, $"TCP port {request.Port} was not listened on"),
    };

    private static string Health(StartOutcome outcome) => outcome.HealthOutput is { } said ? $" The health check said last: {said}." : "";

    /// <summary>Quotes the line that says what went wrong; the last ones where none does.</summary>
    private static string Said(StartProof proof)
    {
        if (ErrorLine.In(proof.Output) is { } error)
        {
            return $" It wrote: {error}";
        }

        var lines = proof.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).TakeLast(LastLines);
        var text = string.Join(" | ", lines);
        return text.Length == 0
            ? " It wrote nothing."
            : $" It wrote last: {(text.Length > LastCharacters ? "…" + text[^LastCharacters..] : text)}";
    }

    private string Mend(StartProof proof) =>
        request.ReadOnly && proof.Output.Contains("Read-only file system", StringComparison.OrdinalIgnoreCase)
            ? "It writes where it may not: name that folder in Start.Tmpfs, or have it write elsewhere."
            : $"Run it by hand, as in 'docker run --rm --network none {image}'; a code that is meant so is told by Start.ExitCode.";

    private static Finding Found(string message, string fix) =>
        new(Id, FindingLevel.Error, message, fix) { Reason = "Whether an image starts is certain only once it has started." };
}
