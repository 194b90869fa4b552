using Cake.MultiStage.Projects;

namespace Cake.MultiStage.Aliases;

/// <summary>How many images are built together. Everything has a default.</summary>
public sealed class MultiStageBuildAllSettings
{
    /// <summary>Gets or sets how many builds run at once: 4 by default. The engine itself runs the steps of each in parallel too.</summary>
    public int Parallel { get; set; } = 4;

    /// <summary>
    /// Gets or sets a value indicating whether the others are built where one fails, except those that need it. Off by default: the first
    /// failure stops all.
    /// </summary>
    public bool KeepGoing { get; set; }

    /// <summary>Gets or sets what changes the settings of all builds.</summary>
    public Action<MultiStageBuildSettings> Build { get; set; } = _ => { };

    /// <summary>Gets or sets what changes the settings of the builds of one description, after <see cref="Build"/>.</summary>
    public Action<ImageProject, MultiStageBuildSettings> Each { get; set; } = (_, _) => { };

    /// <summary>
    /// Gets or sets the platforms that each is built for, such as <c>linux/amd64</c> and <c>linux/arm64</c>. Where there are several, tags
    /// get <c>-linux-arm64</c> and the like at their end. One build by default, for the engine's platform or what the settings say.
    /// </summary>
    public IList<string> Platforms { get; set; } = [];

    /// <summary>Gets or sets the variants of each that are built, such as <c>production</c> and <c>test</c>. One by default.</summary>
    public IList<string> Variants { get; set; } = [];

    /// <summary>
    /// Gets or sets build arguments and the values that each is built with: <c>PYTHON_VERSION</c> with <c>3.12</c> and <c>3.13</c> makes
    /// two images of each, whose tags get <c>-3.12</c> and <c>-3.13</c> at their end. None by default.
    /// </summary>
    public IDictionary<string, IList<string>> Matrix { get; set; } = new Dictionary<string, IList<string>>(StringComparer.Ordinal);
}
