using Cake.Core.IO;
using Cake.MultiStage.Checking;

namespace Cake.MultiStage.Aliases;

/// <summary>Which checks count, and which fail the task.</summary>
public sealed class MultiStageCheckSettings
{
    /// <summary>
    /// Gets or sets the least level that fails the task. <see cref="FindingLevel.Error"/> by default; <see langword="null"/> lets nothing
    /// fail it, and leaves the findings to the caller: none is logged.
    /// </summary>
    public FindingLevel? FailOn { get; set; } = FindingLevel.Error;

    /// <summary>Gets or sets the ids of checks that are left out, such as <c>safe-user</c>. None by default.</summary>
    public IList<string> Skip { get; set; } = [];

    /// <summary>Gets or sets levels in place of the checks' own, by their ids. None by default.</summary>
    public IDictionary<string, FindingLevel> Levels { get; set; } = new Dictionary<string, FindingLevel>(StringComparer.Ordinal);

    /// <summary>
    /// Gets or sets how a container of the image is started to prove that it starts (check <c>start-proof</c>). <see langword="null"/> by
    /// default: none is started.
    /// </summary>
    public MultiStageStartSettings? Start { get; set; }

    /// <summary>
    /// Gets or sets the licenses that packages in the image may have, by their names on the SPDX License List such as <c>MIT</c>, or as
    /// packages declare them (check <c>license-denied</c>). Of a choice (<c>MIT OR GPL-2.0-only</c>) one that is allowed is enough. All by
    /// default. The packages of the base count, too.
    /// </summary>
    public IList<string> AllowedLicenses { get; set; } = [];

    /// <summary>Gets or sets the licenses that no package in the image may have, such as <c>AGPL-3.0-only</c>. None by default.</summary>
    public IList<string> DeniedLicenses { get; set; } = [];

    /// <summary>
    /// Gets or sets tests of the image: <c>check.Tests.Exists("/app/web", mode: "0755")</c>, <c>check.Tests.Missing("/bin/sh")</c>,
    /// <c>check.Tests.Command(["/app/web", "--version"], output: "^1\.4")</c> (check <c>image-test</c>). None by default.
    /// </summary>
    public MultiStageTestSettings Tests { get; set; } = new();

    /// <summary>
    /// Gets or sets files with what scanners such as Trivy and Grype found in the image, in SARIF 2.1.0. Their findings count as those of
    /// the checks do: with the instruction that brought the file or the package, for <see cref="FailOn"/>, and in the report; their ids
    /// begin with the scanner's name, such as <c>trivy-cve-2026-1234</c>. None by default.
    /// </summary>
    public IList<FilePath> Sarif { get; set; } = [];

    /// <summary>
    /// Gets or sets a value indicating whether the registry of the base is asked for its tags, to tell whether there is a newer patch or
    /// minor version of the same variant (<c>base-newer</c>, a note). A registry that can't be reached is a note too. Off by default: the
    /// same image is checked alike from one day to the next.
    /// </summary>
    public bool NewerBase { get; set; }

    /// <summary>Returns the same settings for a report that is written before anything fails.</summary>
    internal MultiStageCheckSettings WithoutFailing() => new()
    {
        NewerBase = NewerBase,
        FailOn = null,
        Skip = Skip,
        Levels = Levels,
        Start = Start,
        AllowedLicenses = AllowedLicenses,
        DeniedLicenses = DeniedLicenses,
        Tests = Tests,
        Sarif = Sarif,
    };
}
