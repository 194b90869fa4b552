namespace Cake.MultiStage.Dockerfiles;

/// <summary>Follows the stages a target needs under given arguments, and the images they need from outside.</summary>
internal sealed class ImageBaseFinder
{
    private readonly IReadOnlyList<Stage> stages;
    private readonly StageGraph graph;
    private readonly GlobalArguments arguments;

    public ImageBaseFinder(Dockerfile file, IReadOnlyDictionary<string, string> buildArguments)
    {
        stages = file.Stages;
        graph = new StageGraph(stages);
        arguments = new GlobalArguments(file.Arguments, buildArguments);
    }

    /// <summary>The places of the stages that building the target needs, in the order of the file.</summary>
    public IReadOnlyList<int> Needed(string? target)
    {
        var needed = new SortedSet<int>();
        var waiting = new Stack<int>([Start(target)]);
        while (waiting.TryPop(out var stage))
        {
            if (needed.Add(stage))
            {
                Stages(stage).ToList().ForEach(waiting.Push);
            }
        }

        return [.. needed];
    }

    /// <summary>The images the given stages refer to.</summary>
    public IReadOnlyList<string> Images(IEnumerable<int> places) => [.. places.SelectMany(Images).Distinct(StringComparer.Ordinal)];

    private IEnumerable<int> Stages(int stage) =>
        References(stage)
            .Select(graph.IndexOfReference)
            .Where(index => index >= 0 && index < stage)
            .Concat(graph.Base(stage, arguments) is { } parent ? [parent] : graph.OpenBases(stage, arguments));

    /// <summary>What a stage starts from: an image, scratch, or another stage.</summary>
    public string BaseOf(Stage stage) =>
        stages.Index().FirstOrDefault(other => ReferenceEquals(other.Item, stage)) is { Item: not null } found
            && graph.Base(found.Index, arguments) is { } parent
            && stages[parent].Name is { } name
            ? name
            : arguments.Expand(stage.Base.Text);

    /// <summary>
    /// The image that a target grows from, through the stages between; null for scratch, and where the platform chooses.
    /// </summary>
    public string? RootOf(string? target)
    {
        var stage = Start(target);
        while (graph.Base(stage, arguments) is { } parent)
        {
            stage = parent;
        }

        return BaseOf(stages[stage]) is var image and not "scratch" && !IsOpen(stage) ? image : null;
    }

    /// <summary>Says whether the platform that is built for chooses what a stage starts from.</summary>
    private bool IsOpen(int stage) => arguments.IsOpen(stages[stage].Base.Text);

    private int Start(string? target)
    {
        var start = target is null ? stages.Count - 1 : graph.IndexOfReference(target);
        return start >= 0
            ? start
            : throw new DockerfileException(
                [target is null ? "it has no stage: add one" : DockerfileValidator.UnknownStage(target, stages)]);
    }

    private IEnumerable<string> Images(int stage)
    {
        var baseText = BaseOf(stages[stage]);
        return References(stage)
            .Where(reference => graph.IndexOfReference(reference) < 0)
            .Prepend(graph.Base(stage, arguments) is null && !IsOpen(stage) ? baseText : "")
            .Where(image => image is not ("" or "scratch" or "context"));
    }

    private IEnumerable<string> References(int stage) => graph.References(stage).Select(arguments.Expand);
}
