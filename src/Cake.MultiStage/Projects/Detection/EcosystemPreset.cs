namespace Cake.MultiStage.Projects.Detection;

/// <summary>An ecosystem as detection knows it: its preset, and the files that speak for it. Each has one, beside its preset.</summary>
/// <param name="Ecosystem">The ecosystem.</param>
/// <param name="Describe">Its preset.</param>
internal sealed record EcosystemPreset(Ecosystem Ecosystem, Func<string, DetectSettings, ImageProject> Describe)
{
    /// <summary>Gets the manifests that stand in the project's own folder, as name patterns, the most telling first.</summary>
    public required IReadOnlyList<string> Manifests { get; init; }

    /// <summary>Gets the source that makes a project without a manifest, as name patterns.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];

    /// <summary>Finds a source right in the folder that says itself what it is a program of; null where there is none.</summary>
    public Func<ProjectFolder, string?> Program { get; init; } = _ => null;

    /// <summary>Gets how clearly that speaks for it.</summary>
    public SignStrength SourceStrength { get; init; } = SignStrength.Source;

    /// <summary>Gets how clearly a file in a folder below speaks for it; null for not at all.</summary>
    public Func<string, SignStrength?> Below { get; init; } = _ => null;

    /// <summary>Gets what takes a manifest for what it says, not for its name; null where it does not speak for the ecosystem.</summary>
    public Func<SignFiles, Sign, Sign?> Read { get; init; } = (_, sign) => sign;

    /// <summary>Gets what one of its files is taken for beside manifests of other ecosystems; null for what it is.</summary>
    public Func<SignFiles, Sign, IReadOnlyList<Ecosystem>, string?> Beside { get; init; } = (_, _, _) => null;

    /// <summary>Makes one of a preset.</summary>
    public static Func<string, DetectSettings, ImageProject> By<TSettings>(Func<string, TSettings, ImageProject> describe)
        where TSettings : PresetSettings, new() => (path, detect) =>
    {
        var settings = new TSettings { Name = detect.Name };
        foreach (var tag in detect.Tags)
        {
            settings.Tags.Add(tag);
        }

        detect.Configure?.Invoke(settings);
        return describe(path, settings);
    };
}
