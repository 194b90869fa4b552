using Cake.MultiStage.Images;

namespace Cake.MultiStage.Dockerfiles;

/// <summary>The values of the arguments before the first stage, which FROM can use.</summary>
internal sealed class GlobalArguments
{
    private readonly Dictionary<string, string> values = new(StringComparer.Ordinal);

    public GlobalArguments(IEnumerable<ArgInstruction> arguments, IReadOnlyDictionary<string, string>? given = null)
    {
        // BuildKit gives FROM those of platforms without a declaration, and lets build arguments take precedence over them.
        foreach (var (name, value) in given?.Where(pair => DockerfileValidator.IsPlatformArgument(pair.Key)) ?? [])
        {
            values[name] = value;
        }

        foreach (var argument in arguments)
        {
            // A default may use the arguments above it.
            var value = given is not null && given.TryGetValue(argument.Name, out var set) ? set
                : argument is { Expand: true, Default: not null } ? Expand(argument.Default)
                : argument.Default;
            if (value is not null)
            {
                values[argument.Name] = value;
            }
        }
    }

    /// <summary>Adds the arguments of the platform that is built for; given ones take precedence.</summary>
    public static IReadOnlyDictionary<string, string> For(Platform? platform, IReadOnlyDictionary<string, string> given)
    {
        if (platform is null)
        {
            return given;
        }

        var arguments = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["TARGETPLATFORM"] = platform.ToString(),
            ["TARGETOS"] = platform.OperatingSystem,
            ["TARGETARCH"] = platform.Architecture,
            ["TARGETVARIANT"] = platform.Variant ?? "",
        };
        foreach (var (name, value) in given)
        {
            arguments[name] = value;
        }

        return arguments;
    }

    public bool Knows(string name) => values.ContainsKey(name);

    /// <summary>Replaces the arguments that have values; what the platform decides stays as a variable.</summary>
    public string Expand(string text) => VariableText.Read(text).Expand(
        name => values.GetValueOrDefault(name) ?? (DockerfileValidator.IsPlatformArgument(name) ? $"${{{name}}}" : null));

    /// <summary>
    /// Says whether a text is up to the platform that is built for: BuildKit gives FROM the arguments of platforms (Dockerfile reference,
    /// "Automatic platform ARGs in the global scope").
    /// </summary>
    public bool IsOpen(string text) =>
        text.Contains('$', StringComparison.Ordinal) && VariableText.Read(Expand(text)).Names.Any(DockerfileValidator.IsPlatformArgument);
}
