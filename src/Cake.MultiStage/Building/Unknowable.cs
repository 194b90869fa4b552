using Cake.MultiStage.Dockerfiles;

namespace Cake.MultiStage.Building;

/// <summary>What decides what a build makes, and shows in none of its inputs: such a build is never taken for up to date.</summary>
internal static class Unknowable
{
    /// <summary>Says what it is, and what to write instead; <see langword="null"/> where there is nothing of the kind.</summary>
    /// <param name="request">The request.</param>
    /// <param name="secretArguments">The arguments whose values look like secrets.</param>
    public static string? Of(BuildRequest request, IReadOnlyList<string> secretArguments)
    {
        if (secretArguments is [var name, ..])
        {
            return $"the value of argument {name} looks like a secret and is kept nowhere: make it a secret, and mount it with "
                + $"'RUN --mount=type=secret,id={name}'";
        }

        if (request.Contexts.Keys.Order(StringComparer.Ordinal).FirstOrDefault() is { } context)
        {
            return $"what stands behind the context '{context}' is looked at by the builder alone";
        }

        return request.Dockerfile.StagesNeededBy(request.Target, request.BuildArguments)
            .SelectMany(stage => stage.Instructions)
            .Select(Remote)
            .FirstOrDefault(remote => remote is not null) is { } source
            ? $"whether '{LogText.Clean(source)}' has changed shows only when it is fetched: give that ADD a --checksum=sha256:…"
            : null;
    }

    private static string? Remote(Instruction instruction) => instruction switch
    {
        AddInstruction { Checksum: null } add => add.Sources.FirstOrDefault(
            source => Transfer.IsRemote(source) || source.Contains('$', StringComparison.Ordinal)),
        RawInstruction raw => raw.Lines.FirstOrDefault(line => line.StartsWith("ADD ", StringComparison.OrdinalIgnoreCase)
            && (line.Contains("://", StringComparison.Ordinal) || line.Contains('@', StringComparison.Ordinal)
                || line.Contains('$', StringComparison.Ordinal))
            && !line.Contains("--checksum=", StringComparison.Ordinal)),
        _ => null,
    };
}
