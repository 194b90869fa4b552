namespace Cake.MultiStage.Projects.Detection;

/// <summary>What speaks for an ecosystem: a file, and how clearly.</summary>
/// <param name="Ecosystem">The ecosystem.</param>
/// <param name="Strength">How clearly.</param>
/// <param name="File">The file, relative to the project's folder.</param>
/// <param name="Reading">What the file was taken for, where it is not the manifest of a program.</param>
internal sealed record Sign(Ecosystem Ecosystem, SignStrength Strength, string File, string? Reading = null);

/// <summary>How clearly a file speaks for an ecosystem. Only the clearest signs of a folder count.</summary>
internal enum SignStrength
{
    /// <summary>The file helps a project of another ecosystem, such as a <c>package.json</c> with its assets.</summary>
    Helper,

    /// <summary>A page alone.</summary>
    Page,

    /// <summary>Source without a manifest.</summary>
    Source,

    /// <summary>A manifest in a folder below.</summary>
    Nested,

    /// <summary>A manifest.</summary>
    Manifest,
}
