using Cake.Core.IO;

namespace Cake.MultiStage.Aliases;

/// <summary>What the tags of an image are made from. Everything has a default.</summary>
public sealed class MultiStageTagsSettings
{
    /// <summary>
    /// Gets or sets the version, such as <c>1.4.2</c>, <c>v1.4.2</c> or <c>1.5.0-beta.1+5</c>. By default what a tool has put into the
    /// environment: GitVersion (<c>GitVersion_SemVer</c>), Nerdbank.GitVersioning (<c>NBGV_SemVer2</c>) or MinVer
    /// (<c>MinVerVersion</c>, <c>MinVerVersionOverride</c>); and else the commit's git tag.
    /// </summary>
    public string? Version { get; set; }

    /// <summary>
    /// Gets or sets the branch, which makes a tag where there is no version. By default what the CI provider or the repository says.
    /// </summary>
    public string? Branch { get; set; }

    /// <summary>
    /// Gets or sets the number of the pull request, which makes the tag <c>pr-5</c> and no other. By default what the CI provider says.
    /// </summary>
    public string? PullRequest { get; set; }

    /// <summary>Gets or sets a value indicating whether the commit makes a tag too: <c>sha-</c> and 7 digits. Off by default.</summary>
    public bool Commit { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether today's date (UTC) makes a tag too, such as <c>20260130</c>. Off by default.
    /// </summary>
    public bool Date { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether a version also moves the tags that stand for several: <c>1.4</c>, <c>1</c> and
    /// <c>latest</c>. A pre-release never does, nor is there a tag <c>0</c>; nor does a version to which the repository's git tags have a
    /// later one. On by default.
    /// </summary>
    public bool Moving { get; set; } = true;

    /// <summary>Gets or sets the folder whose git repository is asked. The working directory by default.</summary>
    public DirectoryPath Directory { get; set; } = ".";
}
