using Cake.MultiStage.Images;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Images;

public static class PosixPathTests
{
    // As Go's path.Clean, but for nothing in place of ".".
    [TestCase("a/b", "a/b")]
    [TestCase("a//b/./c/", "a/b/c")]
    [TestCase("a/../b", "b")]
    [TestCase("a/..", "")]
    [TestCase(".", "")]
    [TestCase("", "")]
    [TestCase("../a/../../b", "../../b")]
    [TestCase("a/../../b", "../b")]
    [TestCase("/", "/")]
    [TestCase("/..", "/")]
    [TestCase("/../a/", "/a")]
    [TestCase("..a/b..", "..a/b..")]
    public static void A_path_is_brought_into_its_shortest_form(string path, string clean)
    {
        Assert.That(PosixPath.Clean(path), Is.EqualTo(clean));
        Assert.That(PosixPath.Clean(clean), Is.EqualTo(clean));
    }

    [TestCase("./a", "/a")]
    [TestCase("a/", "/a")]
    [TestCase("/a//b/./c/", "/a/b/c")]
    [TestCase("../../a/../b", "/b")]
    [TestCase("./", "/")]
    [TestCase(".", "/")]
    [TestCase("", "/")]
    [TestCase("a/..", "/")]
    [TestCase("..a/b..", "/..a/b..")]
    public static void A_path_is_counted_from_the_root(string path, string rooted) =>
        Assert.That(PosixPath.Rooted(path), Is.EqualTo(rooted));

    [TestCase("src", "../lib", "lib")]
    [TestCase("src", "../../lib", "../lib")]
    [TestCase("src/", "./a", "src/a")]
    [TestCase("", "a", "a")]
    [TestCase("/srv", "../../etc", "/etc")]
    [TestCase("src", "/etc", "/etc")]
    public static void A_path_is_followed_from_a_folder(string folder, string path, string joined) =>
        Assert.That(PosixPath.Join(folder, path), Is.EqualTo(joined));

    [TestCase("..", true)]
    [TestCase("../a", true)]
    [TestCase("..a", false)]
    [TestCase("...", false)]
    [TestCase("a", false)]
    public static void A_path_leaves_its_folder(string path, bool leaves) => Assert.That(PosixPath.Leaves(path), Is.EqualTo(leaves));

    [TestCase("a/b/c", "a/b", "c")]
    [TestCase("/a/b", "/a", "b")]
    [TestCase("/a", "/", "a")]
    [TestCase("a", "", "a")]
    [TestCase("/", "/", "")]
    public static void A_path_has_a_folder_and_a_name(string path, string folder, string name)
    {
        Assert.That((PosixPath.FolderOf(path), PosixPath.NameOf(path)), Is.EqualTo((folder, name)));
        Assert.That(PosixPath.Upwards("a/b"), Is.EqualTo(["a/b", "a", ""]));
    }
}
