using System.Collections.ObjectModel;
using Cake.MultiStage.Dockerfiles;

namespace Cake.MultiStage.Projects;

/// <summary>A command of the builder stage.</summary>
/// <param name="Text">The command, for the shell.</param>
/// <param name="Mounts">What is mounted while it runs: caches, secrets, files of other stages.</param>
public sealed record BuildCommand(string Text, params IReadOnlyList<RunMount> Mounts)
{
    /// <summary>Makes a command without mounts.</summary>
    /// <param name="text">The command, for the shell.</param>
    public static implicit operator BuildCommand(string text) => new(text);

    /// <summary>Makes a command without mounts.</summary>
    /// <param name="text">The command, for the shell.</param>
    /// <returns>The command.</returns>
    public static BuildCommand FromString(string text) => new(text);
}

/// <summary>The commands of a description.</summary>
public sealed class CommandCollection : Collection<BuildCommand>
{
    /// <summary>Adds a command.</summary>
    /// <param name="text">The command, for the shell.</param>
    /// <param name="mounts">What is mounted while it runs, such as <c>RunMount.Secret("token")</c>.</param>
    public void Add(string text, params RunMount[] mounts) => Add(new BuildCommand(text, mounts));
}
