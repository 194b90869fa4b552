using Cake.MultiStage.Dockerfiles;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Dockerfiles;

internal static class Files
{
    public static Dockerfile Of(params Stage[] stages) => new() { Stages = stages };

    public static Dockerfile With(Instruction instruction) => Of(Stage.From("alpine:3.20").Workdir("/w").With(instruction));

    public static IReadOnlyList<string> Problems(Dockerfile file)
    {
        try
        {
            file.Validate();
            return [];
        }
        catch (DockerfileException error)
        {
            return error.Problems;
        }
    }

    /// <summary>The instruction as both generations of the frontend read it; nothing else may have come of the text.</summary>
    public static IEnumerable<IndependentReader.Read> ReadBack(Instruction instruction)
    {
        // What follows must stay an instruction of its own.
        var text = Of(Stage.From("alpine:3.20").Workdir("/w").With(instruction).Volume("/after")).ToString();
        foreach (var old in (bool[])[true, false])
        {
            var read = IndependentReader.Instructions(text, old);
            yield return read is [_, _, var found, { Keyword: "VOLUME", Rest: "/after" }]
                ? found
                : throw new AssertionException($"{read.Count} instructions in:\n{text}");
        }
    }
}
