using System.Text;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Projects;

/// <summary>
/// What could take the place of a Dockerfile that ships its toolchain: a proposal, to be read, built and compared before it does.
/// </summary>
public sealed record Suggestion
{
    /// <summary>
    /// Gets what the Dockerfile ships that a program needs to be built and not to run, with its lines; empty where there is nothing.
    /// </summary>
    public required IReadOnlyList<string> Reasons { get; init; }

    /// <summary>
    /// Gets the description that is proposed, to be built and measured as any other; <see langword="null"/> where there is none.
    /// </summary>
    public ImageProject? Project { get; init; }

    /// <summary>Gets the lines of a script that describe it; <see langword="null"/> where there are none.</summary>
    public string? Script { get; init; }

    /// <summary>
    /// Gets what the image would weigh, in bytes of its layers: the base of the proposal and the files that the program needs, as the
    /// measured image tells. An estimate; <see langword="null"/> where no measured image was given, or one of the two is not known.
    /// </summary>
    public ByteSize? ExpectedSize { get; init; }

    /// <summary>
    /// Gets whether the proposal was built, is smaller than what there is and starts as that does; <see langword="null"/> where that was
    /// not asked for, or there is no proposal.
    /// </summary>
    public bool? Proven { get; init; }

    /// <summary>Gets what the expected size is made of, and what came of building the proposal, a line each.</summary>
    public IReadOnlyList<string> Proof { get; init; } = [];

    /// <summary>Gets what the Dockerfile says and the proposal doesn't, and what else to look at, a line each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Returns all of it as text: why, the script's lines, the Dockerfile that they make, what it would gain, what to
    /// look at.</summary>
    /// <returns>The text, marked as a proposal.</returns>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendJoin("", Reasons.Select(reason => $"{reason}\n"));
        if (Project is { } project)
        {
            text.Append("\nA PROPOSAL to read, to build and to compare with what there is:\n\n").Append(Script)
                .Append("\nThe Dockerfile that it makes:\n\n").Append(project.ToDockerfile());
        }

        if (Proof.Count > 0)
        {
            text.Append(text.Length == 0 ? "" : "\n").Append("What it would gain:\n")
                .AppendJoin("", Proof.Select(line => $"- {line}\n"));
        }

        if (Notes.Count > 0)
        {
            text.Append(text.Length == 0 ? "" : "\n").Append("To look at:\n").AppendJoin("", Notes.Select(note => $"- {note}\n"));
        }

        return text.ToString().TrimEnd('\n');
    }
}
