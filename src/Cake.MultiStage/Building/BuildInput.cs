namespace Cake.MultiStage.Building;

/// <summary>What a build was made of, by kinds that differ in how a change of them is told.</summary>
internal enum BuildInputKind
{
    /// <summary>A file of the build context: what it is, its permissions, and the hash of its content.</summary>
    File,

    /// <summary>The generated Dockerfile.</summary>
    Dockerfile,

    /// <summary>An image from outside: its digest.</summary>
    Base,

    /// <summary>A build argument.</summary>
    Argument,

    /// <summary>A secret or an ssh agent that steps may mount: that there is one of this name, never its value.</summary>
    Secret,

    /// <summary>A label.</summary>
    Label,

    /// <summary>Anything else that is asked for.</summary>
    Setting,
}

/// <summary>One thing that decides what a build makes.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">What it is called by.</param>
/// <param name="Value">What tells one state of it from another.</param>
internal sealed record BuildInput(BuildInputKind Kind, string Name, string Value);
