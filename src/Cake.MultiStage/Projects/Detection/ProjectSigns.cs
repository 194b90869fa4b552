namespace Cake.MultiStage.Projects.Detection;

/// <summary>Finds the signs of every ecosystem in a folder.</summary>
internal sealed class ProjectSigns(ProjectFolder folder, IReadOnlyList<EcosystemPreset> ecosystems)
{
    private readonly SignFiles _files = new(folder,
        folder.Find(ecosystems.SelectMany(ecosystem => ecosystem.Manifests.Concat(ecosystem.Sources))));

    /// <summary>Gets what is looked for, for the error where nothing is found.</summary>
    public IEnumerable<string> LookedFor =>
        ecosystems.Select(ecosystem => $"{ecosystem.Ecosystem}: {string.Join(", ", ecosystem.Manifests.Concat(ecosystem.Sources))}");

    /// <summary>Gets manifests in folders below.</summary>
    public IReadOnlyList<string> Below =>
        [.. _files.Below.Where(path => ecosystems.SelectMany(ecosystem => ecosystem.Manifests)
            .Any(pattern => SignFiles.Matches(pattern, path)))];

    /// <summary>Returns the clearest sign of each ecosystem that has one, the clearest first.</summary>
    public IReadOnlyList<Sign> Find()
    {
        List<Sign> signs = [.. ecosystems.SelectMany(Signs)];
        var manifests = signs.Where(sign => sign.Strength == SignStrength.Manifest).Select(sign => sign.Ecosystem).ToList();
        return
        [
            .. signs.Select(sign => Beside(sign, manifests)).GroupBy(sign => sign.Ecosystem)
                .Select(group => group.MaxBy(sign => sign.Strength)!)
                .OrderByDescending(sign => sign.Strength).ThenBy(sign => sign.Ecosystem),
        ];
    }

    private IEnumerable<Sign> Signs(EcosystemPreset ecosystem)
    {
        foreach (var manifest in Found(ecosystem.Manifests)
            .Select(file => ecosystem.Read(_files, new Sign(ecosystem.Ecosystem, SignStrength.Manifest, file))).OfType<Sign>())
        {
            yield return manifest;
        }

        foreach (var source in Found(ecosystem.Sources).Concat(new[] { ecosystem.Program(folder) }.OfType<string>()).Take(1))
        {
            yield return new Sign(ecosystem.Ecosystem, ecosystem.SourceStrength, source);
        }

        foreach (var path in _files.Below.Where(path => ecosystem.Below(path) is not null).Take(1))
        {
            yield return new Sign(ecosystem.Ecosystem, ecosystem.Below(path)!.Value, path);
        }
    }

    /// <summary>Takes a file for a helper where the manifest of another ecosystem is beside it.</summary>
    private Sign Beside(Sign sign, List<Ecosystem> manifests)
    {
        if (sign.Strength == SignStrength.Helper || manifests.TrueForAll(other => other == sign.Ecosystem))
        {
            return sign;
        }

        var reading = ecosystems.First(ecosystem => ecosystem.Ecosystem == sign.Ecosystem).Beside(_files, sign, manifests)
            ?? (sign.Strength is SignStrength.Source or SignStrength.Page ? "a part of it" : null);
        return reading is null ? sign : sign with { Strength = SignStrength.Helper, Reading = reading };
    }

    private IEnumerable<string> Found(IReadOnlyList<string> patterns) =>
        patterns.Select(pattern => _files.Own.FirstOrDefault(path => SignFiles.Matches(pattern, path))).OfType<string>();
}
