using System.Globalization;
using System.Text.Json;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Building;

/// <summary>
/// The base images of descriptions and what their names stand for, in a file that is committed. The same images make the same bytes.
/// </summary>
/// <param name="Images">The images.</param>
/// <param name="Own">The repositories of images that the descriptions themselves make: nothing is locked of them.</param>
internal sealed record LockFile(IReadOnlyList<LockedImage> Images, IReadOnlyList<string> Own)
{
    public const string DefaultName = "multistage.lock.json";

    private const int Version = 1;
    private const int Largest = 4 << 20;
    private const int MostImages = 10_000;
    private const string Day = "yyyy-MM-dd";

    private static readonly JsonWriterOptions Layout = new() { Indented = true, NewLine = "\n" };

    public LockedImage? Find(ImageReference image) => Images.FirstOrDefault(locked => locked.Name == image.OrLatest());

    /// <summary>Gets whether the descriptions make an image themselves.</summary>
    public bool IsOwn(ImageReference image) => Own.Contains(image.FamiliarName, StringComparer.Ordinal);

    /// <summary>Reads a file.</summary>
    /// <exception cref="MultiStageException">It can't be read, or is no lock file.</exception>
    public static LockFile Read(string path)
    {
        try
        {
            if (new FileInfo(path).Length > Largest)
            {
                throw new InvalidDataException($"it has more than {new ByteSize(Largest)}");
            }

            return Parse(SmallFile.Bytes(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException
            or InvalidDataException or InvalidOperationException or FormatException)
        {
            // Conflicts of a merge are the most common damage, and say so by their marks.
            throw new MultiStageException(
                $"The lock file '{path}' can't be used: {LogText.Clean(exception.Message).TrimEnd('.')}. Repair it, or delete it and write "
                    + "it anew: MultiStageLock([project]).", exception);
        }
    }

    /// <exception cref="InvalidDataException">It is no lock file.</exception>
    public static LockFile Parse(ReadOnlySpan<byte> text)
    {
        var start = text.StartsWith("\uFEFF"u8) ? text[3..] : text;
        using var json = JsonDocument.Parse(start.ToArray());
        var root = json.RootElement;
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("version", out var version)
            || !version.TryGetInt32(out var number))
        {
            throw new InvalidDataException("it has no version");
        }

        if (number != Version)
        {
            throw new InvalidDataException($"it is of version {number}, and this addin knows version {Version}");
        }

        if (!root.TryGetProperty("images", out var list) || list.ValueKind != JsonValueKind.Array)
        {
            throw new InvalidDataException("it has no list of images");
        }

        if (list.GetArrayLength() > MostImages)
        {
            throw new InvalidDataException($"it has more than {MostImages} images");
        }

        List<LockedImage> images = [];
        var names = new HashSet<ImageReference>();
        foreach (var (index, item) in list.EnumerateArray().Index())
        {
            var image = Guarded(index, () => Image(item));
            if (!names.Add(image.Name))
            {
                throw new InvalidDataException($"it has '{image.Name}' twice");
            }

            images.Add(image);
        }

        return new LockFile(images, root.TryGetProperty("own", out var own) ? [.. own.EnumerateArray().Select(Text)] : []);
    }

    /// <summary>Returns the bytes of the file: by name, with <c>\n</c> line ends on every host.</summary>
    public byte[] ToBytes()
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text, Layout))
        {
            json.WriteStartObject();
            json.WriteNumber("version", Version);
            json.WriteStartArray("images");
            foreach (var image in Images.OrderBy(image => image.Name.ToString(), StringComparer.Ordinal))
            {
                json.WriteStartObject();
                json.WriteString("name", image.Name.ToString());
                json.WriteString("digest", image.Digest.ToString());
                json.WriteStartArray("platforms");
                foreach (var platform in image.Platforms.Select(platform => platform.ToString()).Order(StringComparer.Ordinal))
                {
                    json.WriteStringValue(platform);
                }

                json.WriteEndArray();
                json.WriteNumber("size", image.Size.Bytes);
                json.WriteString("date", image.Date.ToString(Day, CultureInfo.InvariantCulture));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            if (Own.Count > 0)
            {
                json.WriteStartArray("own");
                foreach (var repository in Own.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
                {
                    json.WriteStringValue(repository);
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        return [.. text.ToArray(), (byte)'\n'];
    }

    private static LockedImage Guarded(int index, Func<LockedImage> read)
    {
        try
        {
            return read();
        }
        catch (KeyNotFoundException exception)
        {
            throw new InvalidDataException($"images[{index}] has no name or no digest", exception);
        }
        catch (Exception exception) when (exception is MultiStageException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"images[{index}]: {exception.Message}", exception);
        }
    }

    private static LockedImage Image(JsonElement item)
    {
        var name = ImageReference.Parse(Text(item.GetProperty("name"))).AsTag();
        var size = item.TryGetProperty("size", out var bytes) ? bytes.GetInt64() : 0;
        return new LockedImage(name, Digest.Parse(Text(item.GetProperty("digest"))))
        {
            Platforms = item.TryGetProperty("platforms", out var platforms)
                ? [.. platforms.EnumerateArray().Select(platform => Platform.Parse(Text(platform)))] : [],
            Size = new ByteSize(size >= 0 ? size : throw new FormatException("its size is negative")),
            Date = item.TryGetProperty("date", out var date)
                ? DateOnly.ParseExact(Text(date), Day, CultureInfo.InvariantCulture) : default,
        };
    }

    private static string Text(JsonElement json) => json.ValueKind == JsonValueKind.String ? json.GetString()!
        : throw new FormatException($"a text is expected, and {json.ValueKind} is there");
}
