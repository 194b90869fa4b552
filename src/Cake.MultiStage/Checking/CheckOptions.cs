using Cake.MultiStage.Checking.Rules;
using Cake.MultiStage.Checking.Starting;
using Cake.MultiStage.Checking.Testing;

namespace Cake.MultiStage.Checking;

/// <summary>What checking looks at, and how its findings count.</summary>
internal sealed record CheckOptions
{
    /// <summary>Gets the ids of the rules that are switched off.</summary>
    public IReadOnlyCollection<string> Skip { get; init; } = [];

    /// <summary>Gets levels in place of the rules' own, by their ids.</summary>
    public IReadOnlyDictionary<string, FindingLevel> Levels { get; init; } = new Dictionary<string, FindingLevel>(StringComparer.Ordinal);

    /// <summary>Gets how a container is started; <see langword="null"/> for none.</summary>
    public StartRequest? Start { get; init; }

    /// <summary>Gets what the registry of the base says; <see langword="null"/> where it was not asked.</summary>
    public BaseTags? BaseTags { get; init; }

    /// <summary>Gets which licenses packages may have.</summary>
    public LicensePolicy Licenses { get; init; } = LicensePolicy.None;

    /// <summary>Gets the tests that the user wrote.</summary>
    public IReadOnlyList<ImageTest> Tests { get; init; } = [];

    /// <summary>Gets the files with what scanners found.</summary>
    public IReadOnlyList<string> Sarif { get; init; } = [];
}
