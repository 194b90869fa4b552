using System.Text.RegularExpressions;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Projects.Hints;

/// <summary>A source file of the program.</summary>
/// <param name="Path">Its path in the project.</param>
/// <param name="Text">What it says.</param>
internal sealed record SourceFile(string Path, string Text);

/// <summary>
/// What the sources of a compiled program say of files in the folder that it runs in: those that it reads ship, those that it makes need a
/// folder of its own. A compiler takes neither into the program.
/// </summary>
internal sealed partial record ProgramReads
{
    /// <summary>Folders that are usually read by a program, whatever names them.</summary>
    private static readonly HashSet<string> Usual = new(StringComparer.Ordinal)
    {
        "config", "configs", "conf", "configuration", "settings", "templates", "template", "views", "static", "public", "www", "locales",
        "locale", "i18n", "translations", "lang", "migrations", "resources",
    };

    /// <summary>Folders whose sources test, show or help, and are not of the program.</summary>
    private static readonly HashSet<string> Aside = new(StringComparer.OrdinalIgnoreCase)
    {
        "test", "tests", "testdata", "fixtures", "examples", "example", "docs", "doc", "benches", "bench", "benchmarks", "spec", "e2e",
        "hack", "tools", "scripts", "third_party", "vendor", "node_modules", "samples", "demo", "ci", "magefiles",
    };

    /// <summary>
    /// Gets what is read: the path in the project, where it lies from the folder that the program runs in, and the source.
    /// </summary>
    public IReadOnlyList<(string Path, string Target, string Source)> Read { get; private init; } = [];

    /// <summary>Gets the folders that are written to, relative to the one that the program runs in, and the source.</summary>
    public IReadOnlyList<(string Folder, string Source)> Written { get; private init; } = [];

    /// <summary>Gets folders of usual names that no source names: the path in the project, and where it would lie.</summary>
    public IReadOnlyList<(string Path, string Target)> Unnamed { get; private init; } = [];

    /// <summary>Gets what is to be told, given the folder that the program runs in.</summary>
    public IReadOnlyList<Func<string, Assumption>> Told { get; private init; } = [];

    /// <summary>Gets the files that are to stay out of the build, although a folder that ships or a source names them.</summary>
    public IReadOnlyList<string> Withheld { get; private init; } = [];

    /// <summary>Gets what the compiler takes into the program.</summary>
    private IReadOnlySet<string> Inside { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>Tells whether the compiler takes a file, or something in a folder, into the program.</summary>
    public bool IsEmbedded(string path) => IsEmbedded(Inside, path);

    /// <summary>Reads the sources.</summary>
    /// <param name="folder">The project's folder.</param>
    /// <param name="language">The language.</param>
    /// <param name="sources">The sources, without tests.</param>
    /// <param name="embedded">What the compiler takes into the program, beyond what the sources say in the language's own way.</param>
    /// <param name="homes">The folders that the program may run in: each empty or ending in <c>/</c>; the project's own first.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="ignored">What the ecosystem's tools leave.</param>
    public static ProgramReads Of(
        ProjectFolder folder, SourceLanguage language, IEnumerable<SourceFile> sources, IEnumerable<string> embedded,
        IReadOnlyList<string> homes, PresetSettings settings, IEnumerable<string> ignored)
    {
        List<Name> names = [];
        HashSet<string> inside = new(embedded.Select(Plain), StringComparer.Ordinal);
        foreach (var source in sources.Where(source => !source.Path.Split('/').SkipLast(1).Any(Aside.Contains)))
        {
            foreach (var name in Names(source, language))
            {
                if (name.Use == Use.Embeds)
                {
                    inside.Add(Plain(name.Text));
                    inside.Add(Plain(source.Path[..(source.Path.LastIndexOf('/') + 1)] + name.Text));
                }
                else
                {
                    names.Add(name);
                }
            }
        }

        return new Reading(folder, language, names, inside, homes, settings, ignored).Result();
    }

    private static bool IsEmbedded(IReadOnlySet<string> embedded, string path) => embedded.Any(one => one == path || one.Length == 0
        || one.StartsWith(path + "/", StringComparison.Ordinal) || path.StartsWith(one + "/", StringComparison.Ordinal));

    /// <summary>Brings a path into its shortest form, up to its first wildcard; one that leads out of the folder stays so.</summary>
    private static string Plain(string path) =>
        string.Join('/', PosixPath.Clean(path.TrimStart('/')).Split('/').TakeWhile(part => part.AsSpan().IndexOfAny("*?[{") < 0));

    private static IEnumerable<Name> Names(SourceFile source, SourceLanguage language)
    {
        if (Generated().IsMatch(source.Text))
        {
            yield break;
        }

        var attribute = false;
        foreach (var line in source.Text.Split('\n'))
        {
            // One may go over several lines.
            var inside = attribute;
            attribute = line.LastIndexOf("#[", StringComparison.Ordinal) is var opened and >= 0
                ? !line.AsSpan(opened).Contains(']') : attribute && !line.Contains(']', StringComparison.Ordinal);
            var trimmed = line.AsSpan().TrimStart();
            if (trimmed.StartsWith("//") || trimmed.StartsWith("*") || line.AsSpan().IndexOfAny('"', '`') < 0)
            {
                continue;
            }

            foreach (Match match in Literal().Matches(line))
            {
                var before = line[..match.Index];
                var text = match.Groups["text"].Value;
                var folders = language.FolderMakers.Any(word => Precedes(word, before));
                var use = language.Embedders.Any(word => before.Contains(word, StringComparison.Ordinal))
                        || ((inside || before.Contains("#[", StringComparison.Ordinal)) && language.AttributeEmbedders.Any(
                            word => before.Contains(word, StringComparison.Ordinal)))
                        || language.MacroEmbedders.Any(one => before.Contains(one.Word, StringComparison.Ordinal)
                            && source.Text.Contains(one.Macro, StringComparison.Ordinal)) ? Use.Embeds
                    : folders ? Use.MakesFolder
                    : language.Makers.Any(word => Precedes(word, before) || text.StartsWith(word, StringComparison.Ordinal))
                    ? Use.Makes
                    : language.Readers.Any(word => before.Contains(word, StringComparison.Ordinal)) ? Use.Reads : Use.Names;
                yield return new Name(text, use, source.Path);
            }
        }
    }

    /// <summary>Tells whether a name is the first thing that a call is given.</summary>
    private static bool Precedes(string word, string before) => before.LastIndexOf(word, StringComparison.Ordinal) is var at and >= 0
        && before[(at + word.Length)..].Trim().TrimStart('(').Length == 0;

    [GeneratedRegex(@"\A\s*(//|/\*)[^\n]*(@generated|Code generated|DO NOT EDIT)", Options | RegexOptions.NonBacktracking)]
    private static partial Regex Generated();

    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    // A relative path: no address, no text for people.
    [GeneratedRegex(@"[""`](?<text>(sqlite:(//)?)?(\./)?[A-Za-z0-9_.@-][A-Za-z0-9_./*@{}-]{0,150}(\?[^""`]*)?)[""`]", Options,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Literal();

    private enum Use
    {
        Names,
        Reads,
        Makes,
        MakesFolder,
        Embeds,
    }

    private sealed record Name(string Text, Use Use, string Source);

    /// <summary>Judges the names by what is in the project.</summary>
    private sealed class Reading(ProjectFolder folder, SourceLanguage language, List<Name> names, HashSet<string> embedded,
        IReadOnlyList<string> homes, PresetSettings settings, IEnumerable<string> ignored)
    {
        private readonly Dictionary<string, (string Path, string Target, string Source)> _read = new(StringComparer.Ordinal);
        private readonly Dictionary<string, (string Folder, string Source)> _written = new(StringComparer.Ordinal);
        private readonly Dictionary<string, Func<string, Assumption>> _told = new(StringComparer.Ordinal);
        private readonly HashSet<string> _withheld = new(StringComparer.Ordinal);
        private readonly KeptOut _keptOut = new(folder, settings, ignored);

        public ProgramReads Result()
        {
            foreach (var name in names)
            {
                Judge(name);
            }

            Outermost();
            foreach (var (path, target, source) in _read.Values)
            {
                Withhold(path, target, source);
            }

            return new ProgramReads
            {
                Read = [.. _read.Values.OrderBy(one => one.Path, StringComparer.Ordinal)],
                Written = [.. _written.Values.OrderBy(one => one.Folder, StringComparer.Ordinal)],
                Unnamed = [.. homes.SelectMany(home => UsualFolders(home).Select(path => (path, path[home.Length..])))],
                Told = [.. _told.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Value)],
                Withheld = [.. _withheld.Order(StringComparer.Ordinal)],
                Inside = embedded,
            };
        }

        /// <summary>Keeps files out of a folder that ships, and tells of them.</summary>
        private void Withhold(string path, string target, string source)
        {
            string[] files = [.. _keptOut.Inside(path).Where(file => !IsEmbedded(file))];
            _withheld.UnionWith(files);
            if (files.Length > 0)
            {
                Tell(path + "/", home => ProgramFiles.Withheld($"'{path}', which {source} names,", files,
                    file => $"{home}/{target}{file[path.Length..]}"));
            }
        }

        private void Judge(Name name)
        {
            var text = name.Text.StartsWith("sqlite:", StringComparison.Ordinal) ? name.Text["sqlite:".Length..].TrimStart('/') : name.Text;
            var plain = Plain(text.Split('?')[0]);
            if (plain.Length == 0 || PosixPath.Leaves(plain) || IsEmbedded(plain))
            {
                return;
            }

            if (name.Use is Use.Makes or Use.MakesFolder)
            {
                if (Made(name, plain) is { } made)
                {
                    _written.TryAdd(made, (made, name.Source));
                }

                return;
            }

            foreach (var home in homes)
            {
                var path = home + plain;
                if (IsEmbedded(path) || !Reads(name, plain, path))
                {
                    continue;
                }

                if (_keptOut.Holds(path))
                {
                    _withheld.Add(path);
                    Tell(path, at => new Assumption(
                        $"{name.Source} names '{path}', which stays out of the build, as it may hold secrets, or .dockerignore or "
                        + $".gitignore leaves it out: mount it where the container runs, as {at}/{plain}, or name it by Include and "
                        + "Artifacts.", Doubtful: true));
                }
                else
                {
                    _read.TryAdd(path, (path, plain, name.Source));
                }

                return;
            }

            if (name.Use == Use.Reads && Sample(plain) is { } sample)
            {
                Tell(plain, at => new Assumption(
                    $"{name.Source} reads '{plain}', of which the project has a sample alone, {sample}: bring it where the container "
                    + $"runs, as {at}/{plain}."));
            }
        }

        private bool Reads(Name name, string plain, string path)
        {
            if (folder.Has(path))
            {
                return ProgramFiles.IsManifest(path) ? false
                    : name.Use == Use.Reads || (language.TakesAllNames && ProgramFiles.IsData(path));
            }

            // A word alone may mean anything; a path, or one that is read, means the folder.
            return folder.HasFolder(path)
                && (name.Use == Use.Reads || (language.TakesAllNames && name.Text.Contains('/', StringComparison.Ordinal)
                    && (name.Text.StartsWith("./", StringComparison.Ordinal) || name.Text.Contains('*', StringComparison.Ordinal))))
                && (plain.Contains('/', StringComparison.Ordinal)
                    || Usual.Contains(plain)
                    || name.Text.Contains('/', StringComparison.Ordinal))
                && ProgramFiles.HasData(folder, path) && !folder.FilesBelow(path).Any(ProgramFiles.IsSource);
        }

        /// <summary>Returns the folder of what is made; null where the name is none of a file.</summary>
        private static string? Made(Name name, string plain) =>
            name.Use == Use.MakesFolder ? plain
            : System.IO.Path.GetExtension(plain).Length > 1 || plain.Contains('/', StringComparison.Ordinal)
                ? PosixPath.FolderOf(plain) is { Length: > 0 } above ? above : "." : null;

        private bool IsEmbedded(string path) => ProgramReads.IsEmbedded(embedded, path);

        private string? Sample(string plain)
        {
            var end = System.IO.Path.GetExtension(plain);
            var stem = end.Length == 0 || end == plain ? plain : plain[..^end.Length];
            string[] words = ["example", "sample", "dist", "template", "default"];
            return folder.First(words.SelectMany(word => new[] { $"{plain}.{word}", $"{stem}.{word}{end}", $"{stem}-{word}{end}",
                $"{stem}_{word}{end}", $"{word}.{plain}" }));
        }

        /// <summary>Leaves out what lies in a folder that ships as a whole.</summary>
        private void Outermost()
        {
            foreach (var path in _read.Keys.Where(path =>
                _read.Keys.Any(other => path.StartsWith(other + "/", StringComparison.Ordinal))).ToList())
            {
                _read.Remove(path);
            }

            foreach (var path in _written.Keys.Where(path =>
                _written.Keys.Any(other => path.StartsWith(other + "/", StringComparison.Ordinal))).ToList())
            {
                _written.Remove(path);
            }
        }

        private IEnumerable<string> UsualFolders(string home) => Usual.Order(StringComparer.Ordinal).Select(name => home + name)
            .Where(path => folder.HasFolder(path) && !IsEmbedded(path)
                && !_read.Keys.Any(read => read == path || read.StartsWith(path + "/", StringComparison.Ordinal))
                && !_keptOut.Holds(path) && !_told.Keys.Any(told => told.StartsWith(path + "/", StringComparison.Ordinal))
                && ProgramFiles.HasData(folder, path)
                && !folder.FilesBelow(path).Any(file => ProgramFiles.IsSource(file)
                    || System.IO.Path.GetFileName(file) is "kustomization.yaml" or "Chart.yaml" or "package.json"));

        private void Tell(string key, Func<string, Assumption> told) => _told.TryAdd(key, told);
    }
}
