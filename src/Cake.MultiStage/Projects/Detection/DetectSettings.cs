namespace Cake.MultiStage.Projects;

/// <summary>What a script says about a project whose toolchain is to be detected.</summary>
public sealed class DetectSettings
{
    /// <summary>Gets or sets the ecosystem, where the folder would fit several. By default the one whose files are there.</summary>
    public Ecosystem? Ecosystem { get; set; }

    /// <summary>Gets or sets the project's name. By default the preset works it out.</summary>
    public string? Name { get; set; }

    /// <summary>Gets or sets the tags the image gets, such as <c>hello:1.0</c>.</summary>
    public IList<string> Tags { get; set; } = [];

    /// <summary>
    /// Gets or sets what changes the settings of the preset that was chosen: those that all have, and with a pattern such as
    /// <c>settings is GoProjectSettings go</c> its own. None by default.
    /// </summary>
    public Action<PresetSettings>? Configure { get; set; }
}
