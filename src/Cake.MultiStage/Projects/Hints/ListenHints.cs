namespace Cake.MultiStage.Projects.Hints;

/// <summary>Exposes the ports that the sources say, and tells where they listen for the container alone.</summary>
internal static class ListenHints
{
    public static Preset Apply(Preset preset, PresetSettings settings)
    {
        var said = preset.Listens.Where(one => one.Port is not null && one.Loopback is null)
            .Concat(preset.Listens.Where(one => one is { Port: not null, Loopback: not null }))
            .DistinctBy(one => one.Port, StringComparer.Ordinal).ToList();
        var taken = settings.Ports.Count == 0 && preset.Ports.Count == 0 ? said : [];
        var unknown = settings.Ports.Count == 0 && preset.Ports.Count == 0 && taken.Count == 0
            ? preset.Listens.FirstOrDefault(one => one.Port is null) : null;
        return preset with
        {
            Ports = taken.Count == 0 ? preset.Ports : [.. taken.Select(one => one.Port!)],
            Assumptions =
            [
                .. preset.Assumptions,
                .. taken.Select(one => new Assumption($"{one.Source} has the program listen on {one.Port}: the image exposes it. Set Ports "
                    + "for others.")),
                .. unknown is null ? Array.Empty<Assumption>() :
                [
                    new Assumption($"{unknown.Source} has the program listen on a port that it works out when it runs: the image exposes "
                        + "none. Set Ports."),
                ],
                .. preset.Listens.Where(one => one.Loopback is not null).DistinctBy(one => one.Source, StringComparer.Ordinal)
                    .Select(one => new Assumption(
                        $"{one.Source} has the program listen on the container's own address alone, which nobody outside of it reaches: "
                        + one.Loopback, Doubtful: true)),
            ],
        };
    }
}
