using System.Buffers;
using System.Text;

namespace Cake.MultiStage.Checking.Programs;

/// <summary>A program or library that was loaded.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Elf">What it asks for.</param>
/// <param name="LoadedBy">What needed it first; <see langword="null"/> for the program.</param>
internal sealed record LoadedFile(string Path, ElfFile Elf, LoadedFile? LoadedBy)
{
    public IEnumerable<string> SearchPath => Elf.SearchPath
        .Select(folder => folder.Replace("${ORIGIN}", "$ORIGIN", StringComparison.Ordinal))
        .Select(folder => folder.Replace("$ORIGIN", Path[..Path.LastIndexOf('/')], StringComparison.Ordinal));

    /// <summary>Gets the file itself, what needed it first, and so on up to the program.</summary>
    public IEnumerable<LoadedFile> Chain
    {
        get
        {
            for (var file = this; file is not null; file = file.LoadedBy)
            {
                yield return file;
            }
        }
    }
}

/// <summary>Where a loader looks for libraries.</summary>
internal abstract class LibrarySearch
{
    /// <summary>Gets the paths that are tried for a library, in their order.</summary>
    /// <param name="name">The library, without a folder.</param>
    /// <param name="neededBy">What needs it.</param>
    public abstract IEnumerable<string> Candidates(string name, LoadedFile neededBy);

    /// <summary>Says whether a library is part of the loader, so that no file is looked for.</summary>
    public virtual bool IsBuiltIn(string name) => false;

    public static string[] Folders(string? path) =>
        (path ?? "").Split([':', ';', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}

/// <summary>
/// glibc's search: ld.so(8). A <c>DT_RUNPATH</c> is for its file's own libraries alone, and keeps every <c>DT_RPATH</c> from being looked
/// at.
/// </summary>
/// <param name="loader">The loader's content, which has its trusted folders.</param>
/// <param name="environment">The variable <c>LD_LIBRARY_PATH</c>.</param>
/// <param name="cache">What <c>/etc/ld.so.cache</c> says.</param>
internal sealed class GlibcSearch(ReadOnlySpan<byte> loader, string? environment, ILookup<string, string> cache) : LibrarySearch
{
    private const int MostFolders = 16;
    private const int LongestFolder = 64;

    private static readonly SearchValues<byte> FolderCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_-/"u8);

    private readonly IReadOnlyList<string> _trusted = TrustedFolders(loader);
    private readonly string[] _environment = Folders(environment);

    public override IEnumerable<string> Candidates(string name, LoadedFile neededBy)
    {
        var old = neededBy.Elf.IsSearchPathInherited
            ? neededBy.Chain.Where(file => file.Elf.IsSearchPathInherited).SelectMany(file => file.SearchPath)
            : [];
        var own = neededBy.Elf.IsSearchPathInherited ? [] : neededBy.SearchPath;
        return In([.. old, .. _environment, .. own], name).Concat(cache[name]).Concat(In(_trusted, name));
    }

    /// <summary>
    /// Gets the folders that a loader searches without being told: which they are was settled when it was built, and differs by
    /// distribution.
    /// </summary>
    public static IReadOnlyList<string> TrustedFolders(ReadOnlySpan<byte> loader)
    {
        List<string> folders = [];
        for (var at = loader.IndexOf(Beginning); at >= 0 && folders.Count < MostFolders; at = loader.IndexOf(Beginning))
        {
            loader = loader[(at + 1)..];
            var end = loader.IndexOf((byte)0);
            if (end is > 0 and <= LongestFolder
                && IsFolder(loader[..end])
                && Encoding.ASCII.GetString(loader[..(end - 1)]) is var folder
                && !folders.Contains(folder))
            {
                folders.Add(folder);
            }
        }

        return folders.Count > 0 ? folders : ["/lib64", "/usr/lib64", "/lib", "/usr/lib"];
    }

    // A text of its own, as in "/lib/x86_64-linux-gnu/": nothing before it and nothing after, and named like a folder of libraries.
    private static ReadOnlySpan<byte> Beginning => "\0/"u8;

    private static bool IsFolder(ReadOnlySpan<byte> text) =>
        text.EndsWith("/"u8) && (text.StartsWith("/lib"u8) || text.StartsWith("/usr/lib"u8)) && !text.ContainsAnyExcept(FolderCharacters);

    private static IEnumerable<string> In(IEnumerable<string> folders, string name) => folders.Select(folder => $"{folder}/{name}");
}

/// <summary>
/// musl's search (<c>ldso/dynlink.c</c>): what the environment says, the search paths of all that led here, of either kind, then the
/// folders of the system.
/// </summary>
/// <param name="system">The folders of the system, as <c>/etc/ld-musl-ARCH.path</c> has them; <see langword="null"/> for musl's
/// own.</param>
/// <param name="environment">The variable <c>LD_LIBRARY_PATH</c>.</param>
internal sealed class MuslSearch(string? system, string? environment) : LibrarySearch
{
    private static readonly string[] Reserved = ["libc.", "libpthread.", "librt.", "libm.", "libdl.", "libutil.", "libxnet."];

    private readonly string[] _environment = Folders(environment);
    private readonly string[] _system = Folders(system ?? "/lib:/usr/local/lib:/usr/lib");

    public override IEnumerable<string> Candidates(string name, LoadedFile neededBy) =>
        _environment.Concat(neededBy.Chain.SelectMany(file => file.SearchPath)).Concat(_system).Select(folder => $"{folder}/{name}");

    public override bool IsBuiltIn(string name) => Reserved.Any(reserved => name.StartsWith(reserved, StringComparison.Ordinal));
}
