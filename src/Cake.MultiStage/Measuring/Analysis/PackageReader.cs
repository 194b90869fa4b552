using System.Globalization;
using System.Text;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Measuring.Analysis;

/// <summary>
/// Reads what the package databases in an image list: dpkg's <c>status</c>, its parts in <c>status.d</c> as distroless images
/// have them, and apk's <c>installed</c> (deb-control(5), dpkg-query(1); Alpine wiki, "Apk spec").
/// </summary>
internal sealed class PackageReader(FileSystemTree files, IReadOnlyList<MeasuredLayer> layers)
{
    private const int MostPackages = 100_000;
    private const int LongestPath = 4096;

    // A line that says nothing: one longer than any path is passed over.
    private const string Unread = "-";

    private readonly List<ImagePackage> _packages = [];
    private readonly Dictionary<string, FileSystemNode?> _folders = new(StringComparer.Ordinal);

    // Lists can be named many times, and lead through many links: what is looked up in all is bounded.
    private int _lookups = 2_000_000;
    private int _resolved = 50_000;

    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public IReadOnlyList<ImagePackage> Read(CancellationToken cancellationToken)
    {
        if (files.Find(PackageContent.DpkgStatus) is { } status)
        {
            Dpkg(status, cancellationToken);
        }

        foreach (var part in files.Find(
            PackageContent.DpkgParts)?.Children.Where(part => !part.Name.EndsWith(".md5sums", StringComparison.Ordinal)) ?? [])
        {
            Dpkg(part, cancellationToken);
        }

        foreach (var database in PackageContent.ApkDatabases)
        {
            if (files.Find(database) is { } installed)
            {
                Apk(installed, cancellationToken);
            }
        }

        return [.. _packages.OrderByDescending(package => Math.Max(package.Size.Bytes, package.InstalledSize.Bytes))
            .ThenBy(package => package.Name, StringComparer.Ordinal)
            .ThenBy(package => package.Version, StringComparer.Ordinal)];
    }

    /// <summary>Gets the lines one by one, and an empty one at the end.</summary>
    private static IEnumerable<string> Lines(FileSystemNode node)
    {
        var content = node.File?.Content ?? default;
        for (var start = 0; start < content.Length;)
        {
            var rest = content.Span[start..];
            var end = rest.IndexOf((byte)'\n');
            var line = end < 0 ? rest : rest[..end];
            start += line.Length + 1;
            yield return line.Length > LongestPath ? Unread : Encoding.UTF8.GetString(line);
        }

        yield return "";
    }

    private static long Number(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private void Dpkg(FileSystemNode database, CancellationToken cancellationToken)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in Lines(database).Heeding(cancellationToken))
        {
            if (line.Length == 0)
            {
                Dpkg(database, fields, cancellationToken);
                fields.Clear();
            }
            else if (line[0] is not (' ' or '\t') && line.IndexOf(':', StringComparison.Ordinal) is var colon and > 0)
            {
                fields[line[..colon]] = line[(colon + 1)..].Trim();
            }
        }
    }

    private void Dpkg(FileSystemNode database, Dictionary<string, string> fields, CancellationToken cancellationToken)
    {
        // What was removed but kept its configuration is still in the list. The parts of distroless images have no status.
        if (!fields.TryGetValue("Package", out var name)
            || (fields.TryGetValue("Status", out var status) && !status.EndsWith(" installed", StringComparison.Ordinal)))
        {
            return;
        }

        var list = files.Find($"{PackageContent.DpkgLists}/{name}.list")
            ?? files.Find($"{PackageContent.DpkgLists}/{name}:{fields.GetValueOrDefault("Architecture")}.list");
        var bytes = list is null ? 0 : Lines(list).Heeding(cancellationToken).TakeWhile(_ => _lookups > 0).Sum(BytesOf);
        // Installed-Size is in KiB (deb-control(5)).
        Add("dpkg", name, fields.GetValueOrDefault("Version", ""), Number(fields.GetValueOrDefault("Installed-Size")) << 10, bytes,
            (list ?? (database.Path == PackageContent.DpkgStatus ? null : database))?.Layer);
    }

    private void Apk(FileSystemNode database, CancellationToken cancellationToken)
    {
        var fields = new Dictionary<char, string>();
        var (folder, bytes) = ("", 0L);
        int? layer = null;
        foreach (var line in Lines(database).Heeding(cancellationToken))
        {
            if (line.Length == 0)
            {
                if (fields.TryGetValue('P', out var name))
                {
                    Add("apk", name, fields.GetValueOrDefault('V', ""), Number(fields.GetValueOrDefault('I')), bytes, layer);
                }

                fields.Clear();
                (folder, bytes, layer) = ("", 0, null);
            }
            else if (line.Length > 1 && line[1] == ':')
            {
                switch (line[0])
                {
                    case 'F':
                        folder = line[2..];
                        break;
                    case 'R' when --_lookups >= 0 && files.Find($"/{folder}/{line[2..]}") is { } file:
                        bytes += file.Size.Bytes;
                        layer = Math.Max(layer ?? 0, file.Layer);
                        break;
                    default:
                        fields[line[0]] = line[2..];
                        break;
                }
            }
        }
    }

    /// <summary>Gets the bytes of a file that a package lists; the list may name it through a link such as <c>/bin</c>.</summary>
    private long BytesOf(string path)
    {
        if (--_lookups < 0 || !path.StartsWith('/'))
        {
            return 0;
        }

        var slash = path.LastIndexOf('/');
        var node = files.Find(path) ?? FolderOf(path[..Math.Max(slash, 1)])?.Child(path[(slash + 1)..]);
        return node is { IsDirectory: false } ? node.Size.Bytes : 0;
    }

    private FileSystemNode? FolderOf(string path)
    {
        if (!_folders.TryGetValue(path, out var folder) && --_resolved >= 0)
        {
            _folders[path] = folder = files.Resolve(path);
        }

        return folder;
    }

    private void Add(string manager, string name, string version, long installed, long bytes, int? layer)
    {
        if (_packages.Count < MostPackages)
        {
            var createdBy = layer is { } index ? layers[index].CreatedBy : "";
            _packages.Add(new ImagePackage(manager, name, version, new ByteSize(installed), new ByteSize(bytes), layer ?? -1, createdBy));
        }
    }
}
