using System.Text.RegularExpressions;

namespace Cake.MultiStage.Projects.Toolchains;

/// <summary>Images that differ by version and variant alone.</summary>
/// <param name="Reference">The reference, with <c>{version}</c> and <c>{variant}</c> in it.</param>
/// <param name="Toolchain">The toolchain whose version it is; null for none of the table's.</param>
/// <param name="Versions">The versions.</param>
/// <param name="Variants">The variants.</param>
/// <param name="IsRetired">Whether they can only still be pulled, and are no longer rebuilt.</param>
internal sealed record ToolchainImage(
    string Reference, string? Toolchain, IReadOnlyList<string> Versions, IReadOnlyList<string> Variants, bool IsRetired)
{
    /// <summary>Gets what any image of the kind looks like, also one that the table doesn't list: a patch, an older version.</summary>
    public Regex Pattern { get; } = new(
        @"\A" + Regex.Escape(Reference).Replace(@"\{version}", @"(?<version>[0-9]+(\.[0-9]+)*(-preview)?|[a-z]+)", StringComparison.Ordinal)
            .Replace(@"\{variant}", "(-?[a-z].*)?", StringComparison.Ordinal) + @"\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking);

    /// <summary>Returns all references.</summary>
    public IEnumerable<string> References() => Versions.SelectMany(version => Variants.Select(variant => Filled(version, variant)));

    private string Filled(string version, string variant) =>
        Reference.Replace("{version}", version, StringComparison.Ordinal).Replace("{variant}", variant, StringComparison.Ordinal);
}
