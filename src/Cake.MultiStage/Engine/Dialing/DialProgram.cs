namespace Cake.MultiStage.Engine.Dialing;

/// <summary>A program of this host that carries one connection over its input and output: <c>ssh</c>, <c>docker exec</c>.</summary>
/// <param name="Name">The program.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="Variables">The names of the variables that it gets, as <see cref="HostProgram"/> takes them.</param>
/// <param name="Missing">What to do where this host doesn't have it.</param>
/// <param name="Explain">Makes of what it wrote to standard error the reason and what to do about it.</param>
internal sealed record DialProgram(
    string Name, IReadOnlyList<string> Arguments, IReadOnlyList<string> Variables, string Missing, Func<string, string> Explain);
