namespace Cake.MultiStage.Dockerfiles;

/// <summary>A stage and the stages under it: what an image of it inherits files and settings from.</summary>
internal static class StageChain
{
    /// <summary>
    /// Gets the stage itself first, then the one it starts from, and so on down to the one that starts from an image or from scratch.
    /// </summary>
    public static IReadOnlyList<Stage> Of(Dockerfile dockerfile, string? target, IReadOnlyDictionary<string, string> buildArguments)
    {
        var needed = dockerfile.StagesNeededBy(target, buildArguments);
        List<Stage> chain = [needed[^1]];
        for (var index = needed.Count - 2; index >= 0; index--)
        {
            if (string.Equals(needed[index].Name, dockerfile.ExpandBase(chain[^1], buildArguments), StringComparison.OrdinalIgnoreCase))
            {
                chain.Add(needed[index]);
            }
        }

        return chain;
    }
}
