using Cake.Core;
using Cake.MultiStage.Building;
using Cake.MultiStage.Images;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.Aliases;

/// <summary>The builds that descriptions and a matrix make, in their order, with the settings of each.</summary>
internal sealed class PlannedBuilds
{
    private readonly Dictionary<string, (ImageProject Project, MultiStageBuildSettings Settings)> _settings = new(StringComparer.Ordinal);

    /// <exception cref="MultiStageException">
    /// A description can't be built, two give the same tag or write to the same place, or some wait for each other.
    /// </exception>
    public PlannedBuilds(IReadOnlyList<ImageProject> projects, MultiStageBuildAllSettings settings, ICakeEnvironment environment)
    {
        if (projects.Count == 0)
        {
            throw new MultiStageException("There is nothing to build: no description is given.");
        }

        if (settings.Parallel < 1)
        {
            throw new MultiStageException($"Parallel is {settings.Parallel}: at least one build has to run.");
        }

        List<PlannedBuild> builds = [];
        foreach (var project in projects)
        {
            foreach (var cell in Cells(settings))
            {
                var build = new MultiStageBuildSettings();
                settings.Build(build);
                settings.Each(project, build);
                cell.Apply(build);
                var (request, _) = ProjectRequest.Named(ProjectRequest.Of(project, build, environment), project, build);
                var tags = request.Tags
                    .Select(tag => cell.Suffix.Length == 0 ? tag : ImageReference.Parse($"{tag}-{cell.Suffix}")).ToList();
                var name = Unused(cell.Name.Length == 0 ? project.Name : $"{project.Name} ({cell.Name})");
                _settings.Add(name, (project, build));
                builds.Add(new PlannedBuild(request with { Name = name, Tags = tags }) { Name = name, Tags = tags });
            }
        }

        RequireOwnPlaces(builds);
        Plan = BuildOrder.Of(builds);
    }

    public BuildPlan Plan { get; }

    public IEnumerable<MultiStageBuildSettings> Settings => _settings.Values.Select(build => build.Settings);

    public (ImageProject Project, MultiStageBuildSettings Settings) Of(PlannedBuild build) => _settings[build.Name];

    private static void RequireOwnPlaces(List<PlannedBuild> builds)
    {
        var writers = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var build in builds)
        {
            foreach (var place in build.Request.Outputs.Distinct().Select(Place).OfType<string>())
            {
                if (!writers.TryAdd(place, build.Name))
                {
                    throw new MultiStageException(
                        $"'{writers[place]}' and '{build.Name}' both write to '{place}': only the one that ends last would be there. Give "
                            + "each description a place of its own, as in 'all.Each = (project, build) => "
                            + "build.Outputs.Add(BuildOutput.Archive($\"./{project.Name}.tar\"))', and build the platforms, variants and "
                            + "arguments of one by MultiStageBuild.");
                }
            }
        }
    }

    /// <summary>Gets the place that an output has for itself: files of several are joined in one folder.</summary>
    private static string? Place(BuildOutput output) => output switch
    {
        ArchiveOutput archive => archive.File,
        LayoutOutput layout => layout.Folder,
        _ => null,
    };

    private string Unused(string name) => Enumerable.Range(1, int.MaxValue)
        .Select(number => number == 1 ? name : FormattableString.Invariant($"{name} #{number}"))
        .First(candidate => !_settings.ContainsKey(candidate));

    private static List<Cell> Cells(MultiStageBuildAllSettings settings)
    {
        List<Cell> cells = [new("", "", _ => { })];
        cells = Times(cells, [.. settings.Variants.Select(variant => new Cell(variant, "", build => build.Variant = variant))]);
        cells = Times(cells,
        [
            .. settings.Platforms.Select(platform => new Cell(platform, settings.Platforms.Count > 1 ? platform.Replace('/', '-') : "",
                build => build.Platforms = [platform])),
        ]);
        foreach (var (argument, values) in settings.Matrix)
        {
            cells = Times(cells,
            [
                .. values.Select(value => new Cell($"{argument}={value}", values.Count > 1 ? Fit(value) : "",
                    build => build.BuildArguments[argument] = value)),
            ]);
        }

        return cells;
    }

    private static List<Cell> Times(List<Cell> cells, List<Cell> others) => others.Count == 0 ? cells :
    [
        .. cells.SelectMany(cell => others.Select(other => new Cell(
            Joined(", ", cell.Name, other.Name), Joined("-", cell.Suffix, other.Suffix),
            build =>
            {
                cell.Apply(build);
                other.Apply(build);
            }))),
    ];

    private static string Joined(string between, params string[] parts) => string.Join(between, parts.Where(part => part.Length > 0));

    private static string Fit(string value) =>
        string.Concat(value.Select(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '.' ? character : '-'));

    private sealed record Cell(string Name, string Suffix, Action<MultiStageBuildSettings> Apply);
}
