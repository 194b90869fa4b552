using Cake.MultiStage.Checking.Programs;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Checking;

/// <summary>Where loaders look, by ld.so(8) and by musl's dynlink.c.</summary>
public sealed class LibrarySearchTests
{
    private static readonly ILookup<string, string> NoCache = LoaderCache.Read([]);

    [Test]
    public void An_old_search_path_counts_for_the_libraries_of_libraries_too()
    {
        var library = Loaded("/opt/liba.so", isInherited: true, [], Loaded("/bin/app", isInherited: true, ["$ORIGIN/../own"], null));
        Assert.That(new GlibcSearch([], null, NoCache).Candidates("libb.so", library).First(), Is.EqualTo("/bin/../own/libb.so"));
    }

    [Test]
    public void A_new_search_path_counts_for_its_own_file_alone()
    {
        var program = Loaded("/bin/app", isInherited: false, ["/own"], null);
        var search = new GlibcSearch([], null, NoCache);
        Assert.That(search.Candidates("liba.so", program), Does.Contain("/own/liba.so"));
        Assert.That(search.Candidates("libb.so", Loaded("/own/liba.so", isInherited: true, [], program)), Has.None.StartsWith("/own/"));
    }

    [Test]
    public void A_new_search_path_keeps_the_old_ones_from_being_looked_at()
    {
        var library = Loaded("/x/liba.so", isInherited: false, ["/new"], Loaded("/bin/app", isInherited: true, ["/old"], null));
        Assert.That(new GlibcSearch([], null, NoCache).Candidates("libb.so", library), Has.None.StartsWith("/old/"));
    }

    [Test]
    public void The_environment_stands_between_the_two_and_the_cache_before_the_trusted_folders()
    {
        var cache = new[] { "/cached/libb.so" }.ToLookup(_ => "libb.so", StringComparer.Ordinal);
        var search = new GlibcSearch("\0/lib/x86_64-linux-gnu/\0/usr/lib/\0"u8, "/env", cache);
        Assert.That(search.Candidates("libb.so", Loaded("/bin/app", isInherited: true, ["/old"], null)),
            Is.EqualTo(["/old/libb.so", "/env/libb.so", "/cached/libb.so", "/lib/x86_64-linux-gnu/libb.so", "/usr/lib/libb.so"]));
        Assert.That(search.Candidates("libb.so", Loaded("/bin/app", isInherited: false, ["/new"], null)).Take(2),
            Is.EqualTo(["/env/libb.so", "/new/libb.so"]));
    }

    [Test]
    [Platform("Linux")]
    public void The_trusted_folders_are_read_from_the_loader_itself()
    {
        var loader = WholeFile.Elf(File.ReadAllBytes("/bin/sh"))!.Interpreter!;
        Assume.That(loader, Does.Contain("ld-linux"), "this host's programs are not glibc's");
        Assert.That(GlibcSearch.TrustedFolders(File.ReadAllBytes(loader)), Does.Contain("/usr/lib").Or.Contain("/usr/lib64"));
    }

    [Test]
    public void The_loader_of_musl_inherits_search_paths_of_either_kind()
    {
        var library = Loaded("/x/liba.so", isInherited: false, ["/a"], Loaded("/bin/app", isInherited: false, ["/own"], null));
        Assert.That(new MuslSearch(null, "/env").Candidates("libb.so", library),
            Is.EqualTo(["/env/libb.so", "/a/libb.so", "/own/libb.so", "/lib/libb.so", "/usr/local/lib/libb.so", "/usr/lib/libb.so"]));
    }

    [Test]
    public void The_loader_of_musl_is_told_the_folders_of_the_system_by_a_file_and_is_the_C_library_itself()
    {
        var search = new MuslSearch("/one\n/two:/three\n", null);
        Assert.That(search.Candidates("libb.so", Loaded("/bin/app", isInherited: true, [], null)),
            Is.EqualTo(["/one/libb.so", "/two/libb.so", "/three/libb.so"]));
        Assert.That((search.IsBuiltIn("libc.musl-x86_64.so.1"), search.IsBuiltIn("libcrypto.so.3")), Is.EqualTo((true, false)));
    }

    private static LoadedFile Loaded(string path, bool isInherited, string[] folders, LoadedFile? by) =>
        new(path, new ElfFile("amd64", null, []) { SearchPath = folders, IsSearchPathInherited = isInherited }, by);
}
