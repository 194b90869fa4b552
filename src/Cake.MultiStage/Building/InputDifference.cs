using System.Globalization;

namespace Cake.MultiStage.Building;

/// <summary>Says what became of an input since the build before, in a few words.</summary>
internal static class InputDifference
{
    private const int LongestValue = 60;

    public static string Added(BuildInput input) => input.Kind switch
    {
        BuildInputKind.Argument or BuildInputKind.Label => $"{NameOf(input)} is new: {Shown(input.Value)}",
        _ => IsNew(input),
    };

    public static string Removed(BuildInput input) =>
        input.Kind == BuildInputKind.File ? $"{NameOf(input)} is gone" : $"{NameOf(input)} is no longer there";

    public static string Changed(BuildInput input, string before) => input.Kind switch
    {
        BuildInputKind.File => ChangedFile(input, before),
        BuildInputKind.Dockerfile => ChangedDockerfile(input.Value, before),
        BuildInputKind.Base => $"{NameOf(input)} moved",
        _ => $"{NameOf(input)}: {Shown(before)} → {Shown(input.Value)}",
    };

    /// <summary>Says that an input is new, where only a hash of its value is known.</summary>
    public static string IsNew(BuildInput input) => $"{NameOf(input)} is new";

    /// <summary>Says that an input is another, where only hashes of its values are known.</summary>
    public static string HasChanged(BuildInput input) => $"{NameOf(input)} {(input.Kind == BuildInputKind.Base ? "moved" : "changed")}";

    private static string NameOf(BuildInput input) => input.Kind switch
    {
        BuildInputKind.File => input.Name.Length == 0 ? "the files" : input.Name,
        BuildInputKind.Dockerfile => "the Dockerfile",
        BuildInputKind.Base => $"base {input.Name}",
        BuildInputKind.Argument => $"argument {input.Name}",
        BuildInputKind.Secret => $"secret {input.Name}",
        BuildInputKind.Label => $"label {input.Name}",
        _ => input.Name,
    };

    private static string ChangedFile(BuildInput input, string before)
    {
        var (was, now) = (before.Split(' ', 3), input.Value.Split(' ', 3));
        return was.Length == 3 && now.Length == 3 && was[0] == now[0] && was[2] == now[2]
            ? $"{input.Name}: permissions {was[1]} → {now[1]}"
            : $"{input.Name} changed";
    }

    private static string ChangedDockerfile(string text, string before)
    {
        var (now, was) = (text.Split('\n'), before.Split('\n'));
        var first = now.Zip(was).TakeWhile(pair => pair.First == pair.Second).Count();
        var line = first < now.Length ? now[first].Trim() : "";
        if (line.StartsWith("ENV ", StringComparison.OrdinalIgnoreCase) || line.StartsWith("ARG ", StringComparison.OrdinalIgnoreCase))
        {
            // The value may be nobody's business.
            line = line.Split('=')[0];
        }

        return string.Create(CultureInfo.InvariantCulture,
            $"the Dockerfile changed (line {first + 1}{(line.Length > 0 ? $": {Shown(line)}" : "")})");
    }

    private static string Shown(string value)
    {
        var clean = LogText.Clean(value.ReplaceLineEndings(" "));
        return clean.Length == 0 ? "nothing" : clean.Length <= LongestValue ? clean : clean[..LongestValue] + "…";
    }
}
