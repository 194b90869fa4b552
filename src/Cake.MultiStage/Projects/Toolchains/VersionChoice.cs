namespace Cake.MultiStage.Projects.Toolchains;

/// <summary>What a project asks for.</summary>
/// <param name="Text">What it says.</param>
/// <param name="File">The file that says it.</param>
/// <param name="Range">The versions it allows; null where it names one, as a pin does.</param>
internal sealed record VersionRequest(string Text, string File, VersionRange? Range);

/// <summary>The version of a toolchain that was chosen.</summary>
/// <param name="Tag">What tags say: <c>3.14</c>, or a patch where a project pins one.</param>
/// <param name="Release">The release it belongs to; null where the table doesn't know it.</param>
/// <param name="Asked">What the project asks for; null where nothing does.</param>
/// <param name="Assumptions">What is to be told of the choice.</param>
internal sealed record VersionChoice(string Tag, ToolchainRelease? Release, VersionRequest? Asked, IReadOnlyList<Assumption> Assumptions)
{
    /// <summary>Makes the choice that the settings take from the user.</summary>
    public static VersionChoice Given(string version, Toolchain toolchain) => new(version, toolchain.Line(version), Asked: null, []);
}
