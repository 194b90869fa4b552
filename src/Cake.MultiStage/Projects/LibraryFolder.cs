using Cake.MultiStage.Dockerfiles;

namespace Cake.MultiStage.Projects;

/// <summary>
/// The shared libraries of programs and of the folders of libraries they bring. On scratch each is copied at its path, with the
/// loader; on a base with a C library of its own, all but those of that library are, in one folder that the loader is told of.
/// </summary>
internal static class LibraryFolder
{
    /// <summary>The folder that the loader is told of.</summary>
    public const string Target = "/usr/local/lib";

    /// <summary>The stage that collects them, and its folder.</summary>
    public const string Name = "shared-libraries";

    private const string Found = "sed -n -e \"s/.*=> \\(\\/[^ ]*\\) (0x.*/\\1/p\" -e \"s/^[[:space:]]*\\(\\/[^ ]*\\) (0x.*/\\1/p\"";
    private const string Cache =
        "if grep -qvE \"^(/usr)?/lib(64)?/([a-z0-9_]+-linux-[a-z]+/)?[^/]+$\" /tmp/libraries.txt && test -e /etc/ld.so.conf; "
        + $"then mkdir -p /{Name}/etc && cp -r /etc/ld.so.conf* /{Name}/etc/ && ldconfig -r /{Name} && rm -rf /{Name}/etc/ld.so.conf*; fi";

    /// <summary>The stage that collects those that packages of an interpreted program are linked to, and its folder.</summary>
    private const string Linked = "linked-libraries";

    /// <summary>The paths of the C library's own, as an expression of grep.</summary>
    public const string CLibrary = "/(ld-[^/]*|lib(c|m|dl|rt|pthread|util|resolv|anl|nss_[a-z]+)|libc\\.musl[^/]*)\\.so[^/]*$";

    /// <summary>Makes the stage that collects them, and what the final stage copies of it.</summary>
    /// <param name="files">The programs and libraries, as words of a shell, patterns included.</param>
    /// <param name="own">The folder whose libraries the image has anyway; null for none.</param>
    /// <param name="search">Folders that the program has the loader look in, joined by colons; null for none.</param>
    /// <param name="empty">Whether the base has no C library.</param>
    public static (Stage Stage, Artifact Artifact) Of(string files, string? own, string? search, bool empty)
    {
        var ldd = (search is null ? "" : $"LD_LIBRARY_PATH={search} ") + $"ldd {files} > /tmp/ldd.txt 2>&1";
        var others = (own is null ? "" : $" | grep -v \"^{own}/\"") + (empty ? "" : $" | grep -vE \"{CLibrary}\"");
        var copy = empty
            ? $"mkdir -p \"/{Name}$(dirname \"$library\")\" && cp -L \"$library\" \"/{Name}$library\""
            : $"cp -L \"$library\" \"/{Name}/\"";
        var stage = Stage.From(StageBase.Stage(ImageProject.BuilderStage)).Named(Name)
            .Because("Finds out which shared libraries the program is linked to.")
            .Run(ShellWord.Sequence(
                $"mkdir -p /{Name}",
                $"{{ {ldd} || true; }}",
                "{ ! grep -E \"not found|No such file\" /tmp/ldd.txt; }",
                $"{{ {Found} /tmp/ldd.txt | sort -u{others} > /tmp/libraries.txt || true; }}",
                $"while read -r library; do {copy} || exit 1; done < /tmp/libraries.txt"))
            .Because("ldd asks the loader itself, so what is copied is what the program will look for.");
        var artifact = new Artifact($"/{Name}/", empty ? "/" : Target + "/", Name)
        {
            Reason = "The shared libraries that the program is linked to, and no others.",
        };
        return (empty ? stage.Run(Cache).Because("Where a library lies outside of the loader's own folders, a cache of the loader's "
            + "tells where.") : stage, artifact);
    }

    /// <summary>
    /// Makes the stages that find what the packages of an interpreted program are linked to in the builder and the final base lacks, and
    /// what the final stage copies of it.
    /// </summary>
    /// <param name="folder">The folder with the packages, whose own libraries the image has anyway.</param>
    /// <param name="others">More programs and libraries, as words of a shell; empty for none.</param>
    /// <param name="final">What the final stage starts from; it has a shell.</param>
    public static (IReadOnlyList<Stage> Stages, Artifact Artifact) Lacking(string folder, string others, StageBase final)
    {
        // A package may leave out what it does without, so what the builder lacks itself is no error here.
        // That of musl takes one file alone.
        var ldd = $"find {folder} -type f \\( -name \"*.so\" -o -name \"*.so.*\" -o -perm -u+x \\) -exec ldd {{}} \\; 2>/dev/null";
        var all = others.Length == 0 ? ldd : $"{{ {ldd}; ldd {others}; }}";
        return (
        [
            Stage.From(StageBase.Stage(ImageProject.BuilderStage)).Named(Linked)
                .Because("Finds out which shared libraries the installed packages are linked to.")
                .Run(ShellWord.Sequence(
                    $"mkdir -p /{Linked}",
                    $"{{ {all} | {Found} | sort -u | grep -v \"^{folder}/\" | grep -vE \"{CLibrary}\" > /tmp/libraries.txt || true; }}",
                    $"while read -r library; do cp -L \"$library\" \"/{Linked}/\" || exit 1; done < /tmp/libraries.txt"))
                .Because("ldd asks the loader itself, so what is copied is what the packages will look for."),
            Stage.From(final).Named(Name).User("root")
                .CopyFrom(Linked, $"/{Linked}/", $"/{Name}/")
                .Run($"for library in /{Name}/*; do if find /lib /usr/lib /usr/local/lib -name \"${{library##*/}}\" 2>/dev/null | "
                    + "grep -q .; then rm -f \"$library\"; fi; done")
                .Because("What the base has itself is not shipped twice."),
        ],
        new Artifact($"/{Name}/", Target + "/", Name)
        {
            Reason = "The shared libraries that the packages are linked to and the base lacks.",
        });
    }
}
