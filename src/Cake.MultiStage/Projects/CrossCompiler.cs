using Cake.MultiStage.Dockerfiles;

namespace Cake.MultiStage.Projects;

/// <summary>
/// GCC for another processor than the builder's, as Debian packages it (<c>g++-aarch64-linux-gnu</c> and the like), so that the compiler
/// runs on the builder's own and nothing is emulated.
/// </summary>
internal static class CrossCompiler
{
    /// <summary>The shell's words for what names start with: <c>aarch64-linux-gnu</c>.</summary>
    public const string Name = "$(cat " + File + ")";

    private const string File = "/cross";

    /// <summary>The compilers, as assignments for a shell or for make.</summary>
    public const string Variables = $"CC=\"{Name}-gcc\" CXX=\"{Name}-g++\"";

    /// <summary>
    /// Has the stage run on the builder's own platform, and brings the compiler for the one that is built for. Without BuildKit no argument
    /// says which that is: the builder's own then.
    /// </summary>
    public static Stage WithCrossCompiler(this Stage stage) => stage.ForTarget("TARGETVARIANT", "TARGETARCH")
        .Run(
            "name=\"$(case \"$TARGETARCH\" in amd64) echo x86_64-linux-gnu ;; arm64) echo aarch64-linux-gnu ;; "
                + "arm) case \"$TARGETVARIANT\" in v5|v6) echo \"The compiler is for linux/arm/v7, which $TARGETVARIANT does not run: "
                + "take that platform out.\" >&2; exit 1 ;; *) echo arm-linux-gnueabihf ;; esac ;; "
                + "386) echo i686-linux-gnu ;; ppc64le) echo powerpc64le-linux-gnu ;; "
                + "\"\") gcc -dumpmachine ;; *) echo \"$TARGETARCH-linux-gnu\" ;; esac)\" \\\n && "
                + ShellWord.Sequence(
                    $"{{ command -v \"$name-gcc\" >/dev/null || {{ apt-get update && apt-get install -y --no-install-recommends "
                        + "\"g++-$(echo \"$name\" | tr _ -)\"; }; }",
                    $"echo \"$name\" > {File}"),
            SystemPackages.Caches())
        .Because("The compiler for the processor that is built for, which runs on this one's.");

    /// <summary>
    /// Makes the stage with the shared libraries of programs for another processor. No loader of this one's can be asked, so their own
    /// lists are followed through what came with the compiler.
    /// </summary>
    /// <param name="libraries">The stage that asks the loader.</param>
    /// <param name="files">The programs, as words of a shell.</param>
    /// <param name="empty">Whether the base has no C library, so that it comes along with its loader.</param>
    public static Stage Libraries(Stage libraries, string files, bool empty)
    {
        var root = "/" + LibraryFolder.Name;
        var target = empty ? root + "/lib" : root;
        var kept = empty ? "" : $" | grep -vE \"^{LibraryFolder.CLibrary[1..]}\"";
        const string Places = "\"/usr/$name\" \"/lib/$name\" \"/usr/lib/$name\" /lib64 /usr/local/lib64";
        const string Loader = "\"$name-readelf\" -lW \"$file\" | sed -n \"s/.*interpreter: \\(.*\\)\\]/\\1/p\"";
        const string Needed = "\"$name-readelf\" -dW \"$file\" | sed -n \"s/.*(NEEDED).*\\[\\(.*\\)\\]/\\1/p\"";
        string[] loader = !empty ? [] :
        [
            $"for file in \"$@\"; do for loader in $({Loader}); do mkdir -p \"{root}$(dirname \"$loader\")\" && cp -L \"$(find {Places} "
                + $"-name \"$(basename \"$loader\")\" 2>/dev/null | head -n 1)\" \"{root}$loader\" || exit 1; done; done",
        ];
        return (libraries with { Instructions = [] }).Run(ShellWord.Sequence(
            [
                $"name=\"{Name}\"",
                $"mkdir -p {target}",
                $"set -- {files}",
                .. loader,
                $"while test $# -gt 0; do file=\"$1\"; shift; for library in $({Needed}{kept}); do "
                    + $"if ! expr \"$library\" : ld- >/dev/null && ! test -e \"{target}/$library\"; then "
                    // The compiler knows which one it links: the base of its image may have another of the same name.
                    + "path=\"$(\"$name-gcc\" -print-file-name=\"$library\")\"; expr \"$path\" : / >/dev/null || "
                    + $"path=\"$(find {Places} -name \"$library\" 2>/dev/null | head -n 1)\"; "
                    + "test -n \"$path\" || { echo \"$file is linked to $library, which the compiler for $name lacks\" >&2; exit 1; }; "
                    + $"cp -L \"$path\" \"{target}/$library\" && set -- \"$@\" \"$path\" || exit 1; fi; done; done",
            ]))
            .Because("Another processor's loader can't be asked: the programs' own lists are followed.");
    }
}
