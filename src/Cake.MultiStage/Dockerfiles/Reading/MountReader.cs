using System.Globalization;
using System.Text;

namespace Cake.MultiStage.Dockerfiles.Reading;

/// <summary>Reads the value of <c>RUN --mount</c>, as BuildKit's <c>parseMount</c> does.</summary>
internal static class MountReader
{
    /// <summary>Reads a mount; <see langword="null"/> for one with a key or a value that records have no place for.</summary>
    public static RunMount? Read(string value)
    {
        if (Fields(value) is not { } fields)
        {
            return null;
        }

        var options = fields.Select(field => field.Split('=', 2))
            .Select(pair => (Key: pair[0].ToLowerInvariant(), Value: pair.Length > 1 ? pair[1] : null))
            .ToList();
        var mount = RunMount.Of(options.FindLast(option => option.Key == "type").Value?.ToLowerInvariant() ?? "bind");
        foreach (var option in options.Where(option => option.Key != "type"))
        {
            mount = mount is null ? null : With(mount, option.Key, option.Value);
        }

        return mount;
    }

    private static RunMount? With(RunMount mount, string key, string? value) => (key, value) switch
    {
        ("from", { Length: > 0 }) => mount with { From = value },
        ("source" or "src", { Length: > 0 }) => mount with { Source = value },
        ("target" or "dst" or "destination", { Length: > 0 }) => mount with { Target = value },
        ("id", { Length: > 0 }) => mount with { Id = value },
        ("env", { Length: > 0 }) when mount.Type == "secret" => mount with { Env = value },
        ("sharing", { Length: > 0 }) =>
            mount with { Sharing = value.Contains('$', StringComparison.Ordinal) ? value : value.ToLowerInvariant() },
        ("mode", { Length: > 0 }) when !value.Contains('$', StringComparison.Ordinal) => mount with { Mode = value },
        ("required", _) when mount.Type is "secret" or "ssh" && Truth(value) is { } required => mount with { Required = required },
        ("readonly" or "ro", _) when mount.Type is "bind" or "cache" && Truth(value) is { } only => mount with { Writable = !only },
        ("readwrite" or "rw", _) when mount.Type is "bind" or "cache" && Truth(value) is { } writable => mount with { Writable = writable },
        ("uid", not null) when Number(value) is { } number => mount with { UserId = number },
        ("gid", not null) when Number(value) is { } number => mount with { GroupId = number },
        ("size", not null) when mount.Type == "tmpfs" && Bytes(value) is { } size => mount with { Size = size },
        _ => null,
    };

    private static bool? Truth(string? value) => value switch
    {
        null or "1" or "t" or "T" or "true" or "True" or "TRUE" => true,
        "0" or "f" or "F" or "false" or "False" or "FALSE" => false,
        _ => null,
    };

    private static int? Number(string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Sizes as Docker's <c>units.RAMInBytes</c> has them: <c>64m</c>, <c>1.5GiB</c>, a number of bytes.</summary>
    private static long? Bytes(string value)
    {
        var digits = value.TakeWhile(c => char.IsAsciiDigit(c) || c == '.').Count();
        var unit = value[digits..].Trim().ToLowerInvariant();
        unit = unit.EndsWith("ib", StringComparison.Ordinal) ? unit[..^2] : unit.EndsWith('b') ? unit[..^1] : unit;
        var power = unit.Length == 0 ? 0 : unit.Length == 1 ? "kmgtp".IndexOf(unit[0], StringComparison.Ordinal) + 1 : -1;
        return (power > 0 || unit.Length == 0)
            && decimal.TryParse(value[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number <= 1_000_000_000 && number * (1L << (10 * power)) is < long.MaxValue and var bytes
            ? (long)bytes : null;
    }

    /// <summary>The fields of a line of CSV.</summary>
    private static List<string>? Fields(string line)
    {
        List<string> fields = [];
        var (field, quoted, at) = (new StringBuilder(), false, 0);
        for (; at < line.Length; at++)
        {
            if (quoted && line[at] == '"' && at + 1 < line.Length && line[at + 1] == '"')
            {
                field.Append('"');
                at++;
            }
            else if (line[at] == '"' && (quoted || field.Length == 0))
            {
                quoted = !quoted;
            }
            else if (line[at] == ',' && !quoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else if (line[at] == '"')
            {
                return null;
            }
            else
            {
                field.Append(line[at]);
            }
        }

        fields.Add(field.ToString());
        return quoted ? null : fields;
    }
}
