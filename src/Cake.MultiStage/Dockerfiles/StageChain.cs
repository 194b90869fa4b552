namespace Cake.MultiStage.Dockerfiles;

/// <summary>A stage and the stages under it: what an image of it inherits files and settings from.</summary>
internal static class StageChain
{
    /// <summary>
    /// Gets the stage itself first, then the one it starts from, and so on down to the one that starts from an image or from scratch.
    /// </summary>
    public static IReadOnlyList<Stage> Of(Dockerfile dockerfile, string? target, IReadOnlyDictionary<string, string> buildArguments)
    {
        var last = dockerfile.StagesNeededBy(target, buildArguments)[^1];
        var graph = new StageGraph(dockerfile.Stages);
        var arguments = new GlobalArguments(dockerfile.Arguments, buildArguments);
        List<Stage> chain = [last];
        var seen = new HashSet<int>();
        var index = dockerfile.Stages.Index().First(stage => ReferenceEquals(stage.Item, last)).Index;
        while (seen.Add(index) && graph.Base(index, arguments) is { } earlier)
        {
            chain.Add(dockerfile.Stages[earlier]);
            index = earlier;
        }

        return chain;
    }
}
