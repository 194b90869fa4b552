using System.Globalization;
using System.Text;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring.Analysis;

namespace Cake.MultiStage.Measuring.Packages;

/// <summary>
/// Reads which packages an image has: those that its package databases list – dpkg's <c>status</c>, its parts in <c>status.d</c> as
/// distroless images have them, and apk's <c>installed</c> (deb-control(5), dpkg-query(1); Alpine wiki, "Apk spec") –, and those that its
/// files told of while they were read.
/// </summary>
internal sealed class PackageReader(FileSystemTree files, IReadOnlyList<MeasuredLayer> layers)
{
    private const int MostPackages = 100_000;
    private const int LongestPath = 4096;

    // A line that says nothing: one longer than any path is passed over.
    private const string Unread = "-";

    private readonly List<ImagePackage> _packages = [];
    private readonly PackageUrl _urls = new(OperatingSystemRelease.Of(files));
    private readonly Dictionary<string, FileSystemNode?> _folders = new(StringComparer.Ordinal);

    // Lists can be named many times, and lead through many links: what is looked up in all is bounded.
    private int _lookups = 2_000_000;
    private int _resolved = 50_000;

    /// <summary>Gets the number of packages that are named and not listed: there is a bound to what is held.</summary>
    public int Unlisted { get; private set; }

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

        Contained(cancellationToken);
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
        Add(new Listed(ContainedPackage.Debian, name, fields.GetValueOrDefault("Version", ""), fields.GetValueOrDefault("Architecture"))
        {
            Installed = Number(fields.GetValueOrDefault("Installed-Size")) << 10,
            Bytes = bytes,
            Layer = (list ?? (database.Path == PackageContent.DpkgStatus ? null : database))?.Layer,
            Licenses = files.Resolve($"/usr/share/doc/{name}/copyright")?.File?.Contained is [var copyright] ? copyright.Licenses : [],
        });
    }

    /// <summary>Adds what files told of. A package that several files tell of counts once, at the first of their paths.</summary>
    private void Contained(CancellationToken cancellationToken)
    {
        var known = new HashSet<(string, string, string)>();
        var rpm = RpmLayers(cancellationToken);
        foreach (var node in files.Root.Descendants().Heeding(cancellationToken))
        {
            foreach (var package in node.File?.Contained ?? [])
            {
                Unlisted += package.Number;
                if (package.IsPackage && known.Add((package.Kind, package.Name, package.Version)))
                {
                    Add(new Listed(package.Kind, package.Name, package.Version, null)
                    {
                        Bytes = BytesOf(package.Kind, node),
                        Layer = package.Kind == ContainedPackage.Rpm
                            ? rpm.GetValueOrDefault((package.Name, package.Version), node.Layer) : node.Layer,
                        Licenses = package.Licenses,
                        Path = package.Kind == ContainedPackage.Rpm ? null : node.Path,
                    });
                }
            }
        }
    }

    /// <summary>
    /// Gets the lowest layer whose rpm database lists a package: a layer that installs one has the database anew, with all of them.
    /// </summary>
    private Dictionary<(string Name, string Version), int> RpmLayers(CancellationToken cancellationToken)
    {
        var found = new Dictionary<(string, string), int>();
        foreach (var (index, layer) in layers.Index())
        {
            foreach (var package in layer.Entries.Heeding(cancellationToken).Where(entry => entry.Contained.Count > 0)
                .SelectMany(entry => entry.Contained).Where(package => package.Kind == ContainedPackage.Rpm))
            {
                found.TryAdd((package.Name, package.Version), index);
            }
        }

        return found;
    }

    /// <summary>
    /// Gets what a package weighs where that can be told: a folder of Node's without those of other packages, an archive.
    /// </summary>
    private long BytesOf(string kind, FileSystemNode node) => kind switch
    {
        ContainedPackage.Npm when files.Find(node.Path[..node.Path.LastIndexOf('/')]) is { } folder =>
            folder.Size.Bytes - (folder.Child("node_modules")?.Size.Bytes ?? 0),
        ContainedPackage.Maven when node.File!.Contained.Count == 1 => node.Size.Bytes,
        _ => 0,
    };

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
                    Add(new Listed(ContainedPackage.Alpine, name, fields.GetValueOrDefault('V', ""), fields.GetValueOrDefault('A'))
                    {
                        Installed = Number(fields.GetValueOrDefault('I')),
                        Bytes = bytes,
                        Layer = layer,
                        Licenses = fields.TryGetValue('L', out var license) ? [license] : [],
                    });
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

    private void Add(Listed package)
    {
        if (_packages.Count < MostPackages)
        {
            _packages.Add(new ImagePackage(
                package.Kind, package.Name, package.Version, new ByteSize(package.Installed), new ByteSize(package.Bytes),
                package.Layer ?? -1, package.Layer is { } index ? layers[index].CreatedBy : "")
            {
                Licenses = [.. package.Licenses.Select(LicenseNames.Of).Distinct(StringComparer.Ordinal)],
                Url = _urls.Of(package.Kind, package.Name, package.Version, package.Architecture),
                Path = package.Path,
            });
        }
        else
        {
            Unlisted++;
        }
    }

    private sealed record Listed(string Kind, string Name, string Version, string? Architecture)
    {
        public long Installed { get; init; }

        public long Bytes { get; init; }

        public int? Layer { get; init; }

        public IReadOnlyList<string> Licenses { get; init; } = [];

        public string? Path { get; init; }
    }
}
