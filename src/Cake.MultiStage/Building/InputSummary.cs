using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Cake.MultiStage.Building;

/// <summary>
/// What a build was made of, as an image keeps it for others to compare with: names, and in place of what they hold a short hash. Files are
/// told by their folders, so that it stays small.
/// </summary>
/// <param name="Depth">How many folders of a path tell files apart.</param>
/// <param name="All">What it was made of; each kind and name once.</param>
internal sealed record InputSummary(int Depth, IReadOnlyList<BuildInput> All)
{
    /// <summary>The label that an image has it in.</summary>
    public const string Label = "org.cake-multistage.inputs";

    private const int Deepest = 2;
    private const int MostFolders = 100;
    private const int HashLength = 12;
    private const int Longest = 1 << 20;

    /// <summary>Sums up inputs.</summary>
    public static InputSummary Of(BuildInputs inputs)
    {
        List<BuildInput> files = [.. inputs.All.Where(input => input.Kind == BuildInputKind.File)];
        var depth = Deepest;
        while (depth > 0 && files.Select(file => Folder(file.Name, depth)).Distinct(StringComparer.Ordinal).Count() > MostFolders)
        {
            depth--;
        }

        return new InputSummary(depth,
        [
            .. files.GroupBy(file => Folder(file.Name, depth), StringComparer.Ordinal)
                .Select(group => new BuildInput(BuildInputKind.File, group.Key,
                    Hash(group.OrderBy(file => file.Name, StringComparer.Ordinal).SelectMany(file => new[] { file.Name, file.Value })))),
            .. inputs.All.Where(input => input.Kind != BuildInputKind.File)
                .Select(input => input.Kind is BuildInputKind.Setting or BuildInputKind.Secret ? input
                    : input with { Value = Hash([input.Value]) }),
        ]);
    }

    /// <summary>Reads what <see cref="ToString"/> writes; <see langword="null"/> where the text is something else.</summary>
    public static InputSummary? Parse(string? text)
    {
        try
        {
            if (text is null or { Length: > Longest })
            {
                return null;
            }

            using var json = JsonDocument.Parse(text);
            List<BuildInput> inputs = [];
            foreach (var kind in Enum.GetValues<BuildInputKind>())
            {
                if (json.RootElement.TryGetProperty(kind.ToString(), out var entries))
                {
                    inputs.AddRange(entries.EnumerateObject().DistinctBy(entry => entry.Name, StringComparer.Ordinal)
                        .Select(entry => new BuildInput(kind, entry.Name, entry.Value.GetString() ?? "")));
                }
            }

            return new InputSummary(json.RootElement.GetProperty(nameof(Depth)).GetInt32(), inputs);
        }
        catch (Exception exception)
            when (exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return null;
        }
    }

    /// <summary>Says in which way inputs are others than earlier ones, the files first; nothing where they are the same.</summary>
    public IReadOnlyList<string> DifferencesFrom(InputSummary earlier)
    {
        if (Depth != earlier.Depth)
        {
            return ["files changed, and are in other folders", .. Without().DifferencesFrom(earlier.Without())];
        }

        var before = earlier.All.ToDictionary(input => (input.Kind, input.Name), input => input.Value);
        List<(BuildInput Input, string Text)> found = [];
        foreach (var input in All)
        {
            if (!before.Remove((input.Kind, input.Name), out var value))
            {
                found.Add((input, InputDifference.IsNew(input)));
            }
            else if (value != input.Value)
            {
                found.Add((input, input.Kind == BuildInputKind.Setting ? InputDifference.Changed(input, value)
                    : InputDifference.HasChanged(input)));
            }
        }

        found.AddRange(before.Select(gone => new BuildInput(gone.Key.Kind, gone.Key.Name, gone.Value))
            .Select(input => (input, InputDifference.Removed(input))));
        return
        [
            .. found.OrderBy(difference => difference.Input.Kind).ThenBy(difference => difference.Input.Name, StringComparer.Ordinal)
                .Select(difference => difference.Text),
        ];
    }

    /// <summary>Writes it, as JSON: by kinds, the names with what tells one state of each from another.</summary>
    public override string ToString()
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteNumber(nameof(Depth), Depth);
            foreach (var kind in All.GroupBy(input => input.Kind).OrderBy(kind => kind.Key))
            {
                json.WriteStartObject(kind.Key.ToString());
                foreach (var input in kind.OrderBy(input => input.Name, StringComparer.Ordinal))
                {
                    json.WriteString(input.Name, input.Value);
                }

                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(text.ToArray());
    }

    private InputSummary Without() => new(0, [.. All.Where(input => input.Kind != BuildInputKind.File)]);

    private static string Folder(string path, int depth) =>
        depth == 0 ? "" : string.Join('/', path.Split('/').Take(depth));

    private static string Hash(IEnumerable<string> texts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var text in texts)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            hash.AppendData(BitConverter.GetBytes(bytes.Length));
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..HashLength];
    }
}
