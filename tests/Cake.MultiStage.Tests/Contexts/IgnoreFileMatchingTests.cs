using Cake.MultiStage.Contexts;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Contexts;

/// <summary>The expectations are those of moby/patternmatcher's tests and of Docker's manual.</summary>
[TestFixture]
internal sealed class IgnoreFileMatchingTests
{
    [TestCase("**", "file", true)]
    [TestCase("**", "file/", true)]
    [TestCase("**/", "file", true)]
    [TestCase("**/", "dir/file", true)]
    [TestCase("**/**", "dir/file", true)]
    [TestCase("dir/**", "dir/file", true)]
    [TestCase("dir/**", "dir/dir2/file/", true)]
    [TestCase("**/dir", "dir", true)]
    [TestCase("**/dir", "dir/file", true)]
    [TestCase("**/dir2/*", "dir/dir2/file", true)]
    [TestCase("**/dir2/*", "dir/dir2/file/", true)]
    [TestCase("**/dir2/**", "dir/dir2/dir3/file", true)]
    [TestCase("**file", "file", true)]
    [TestCase("**file", "dir/file", true)]
    [TestCase("**file", "dir/afile", true)]
    [TestCase("**file*", "dir/afile", false)]
    [TestCase("**/file", "dir/dir/file", true)]
    [TestCase("**/file*", "dir/dir/file.txt", true)]
    [TestCase("**/file*txt", "dir/dir/file.txt", true)]
    [TestCase("**/file*.txt*", "dir/dir/file.txt", true)]
    [TestCase("**/**/*.txt", "dir/dir/file.txt", true)]
    [TestCase("**/**/*.txt2", "dir/dir/file.txt", false)]
    [TestCase("**/*.txt", "file.txt", true)]
    [TestCase("**/*.go", "cmd/hello/main.go", true)]
    [TestCase("**/*.go", "cmd/hello/main.gox", false)]
    [TestCase("a**/*.txt", "a/file.txt", true)]
    [TestCase("a**/*.txt", "a/dir/dir/file.txt", true)]
    [TestCase("a/*.txt", "a/dir/file.txt", false)]
    [TestCase("a/*.txt", "a/file.txt", true)]
    [TestCase("a/*.txt**", "a/file.txt", true)]
    [TestCase("a[b-d]e", "ae", false)]
    [TestCase("a[b-d]e", "ace", true)]
    [TestCase("a[b-d]e", "aae", false)]
    [TestCase("a[^b-d]e", "aze", true)]
    [TestCase(".*", ".foo", true)]
    [TestCase(".*", "foo", false)]
    [TestCase("abc.def", "abcZdef", false)]
    [TestCase("abc?def", "abcZdef", true)]
    [TestCase("abc?def", "abcdef", false)]
    [TestCase("**/foo/bar", "foo/bar", true)]
    [TestCase("**/foo/bar", "dir/dir2/foo/bar", true)]
    [TestCase("abc/**", "abc", false)]
    [TestCase("abc/**", "abc/def/ghi", true)]
    [TestCase("**/.foo", ".foo", true)]
    [TestCase("**/.foo", "bar.foo", false)]
    [TestCase("a(b)c/def", "a(b)c/def", true)]
    [TestCase("a(b)c/def", "a(b)c/xyz", false)]
    [TestCase("a.|)$(}+{bc", "a.|)$(}+{bc", true)]
    [TestCase("dist/*.whl", "dist/proxy.py-2.4.0rc3.dev36+g08acad9-py3-none-any.whl", true)]
    public void A_pattern_matches_as_in_mobys_table(string pattern, string path, bool ignored) =>
        Assert.That(IgnoreFile.Parse(pattern).IsIgnored(path), Is.EqualTo(ignored));

    [TestCase("*", "abc", true)]
    [TestCase("*c", "abc", true)]
    [TestCase("a*", "ab/c", true)]
    [TestCase("a*/b", "a/c/b", false)]
    [TestCase("a*b*c*d*e*/f", "axbxcxdxexxx/f", true)]
    [TestCase("a*b*c*d*e*/f", "axbxcxdxe/xxx/f", false)]
    [TestCase("a*b?c*x", "abxbbxdbxebxczzx", true)]
    [TestCase("a*b?c*x", "abxbbxdbxebxczzy", false)]
    [TestCase("ab[e-g]", "abc", false)]
    [TestCase("ab[^c]", "abc", false)]
    [TestCase("ab[^e-g]", "abc", true)]
    [TestCase("a?b", "a☺b", true)]
    [TestCase("a?b", "a😀b", true)]
    [TestCase("a[^a]b", "a☺b", true)]
    [TestCase("a???b", "a☺b", false)]
    [TestCase("[a-ζ]*", "α", true)]
    [TestCase("*[a-ζ]", "A", false)]
    [TestCase("a?b", "a/b", false)]
    [TestCase("a*b", "a/b", false)]
    [TestCase("*x", "xxx", true)]
    public void A_pattern_matches_as_in_Gos_table(string pattern, string path, bool ignored) =>
        Assert.That(IgnoreFile.Parse(pattern).IsIgnored(path), Is.EqualTo(ignored));

    [TestCase(@"a\*b", "a*b", true)]
    [TestCase(@"a\*b", "ab", false)]
    [TestCase(@"a\\", @"a\", true)]
    [TestCase(@"[\]a]", "]", true)]
    [TestCase(@"[\-]", "-", true)]
    [TestCase(@"[x\-]", "z", false)]
    [TestCase(@"[\-x]", "a", false)]
    [TestCase(@"\#notes", "#notes", true)]
    [TestCase(@"\!important", "!important", true)]
    [Platform(Exclude = "Win", Reason = "There the backslash separates folders.")]
    public void A_backslash_takes_the_meaning_from_the_next_character(string pattern, string path, bool ignored) =>
        Assert.That(IgnoreFile.Parse(pattern).IsIgnored(path), Is.EqualTo(ignored));

    [TestCase("*/temp*", "somedir/temporary.txt", true)]
    [TestCase("*/temp*", "somedir/temp", true)]
    [TestCase("*/temp*", "temp", false)]
    [TestCase("*/temp*", "somedir/subdir/temporary.txt", false)]
    [TestCase("*/*/temp*", "somedir/subdir/temporary.txt", true)]
    [TestCase("temp?", "tempa", true)]
    [TestCase("temp?", "temp", false)]
    [TestCase("/foo/bar", "foo/bar", true)]
    [TestCase("foo/bar/", "foo/bar/deep/file", true)]
    [TestCase("./foo", "foo", true)]
    [TestCase("foo/../bar", "bar", true)]
    [TestCase("../foo", "foo", false)]
    [TestCase(".", "foo", false)]
    [TestCase("/", "foo", false)]
    [TestCase("..", "foo", false)]
    [TestCase("*", ".", false)]
    [TestCase("foo", "Foo", false)]
    public void A_pattern_matches_as_in_Dockers_manual(string pattern, string path, bool ignored) =>
        Assert.That(IgnoreFile.Parse(pattern).IsIgnored(path), Is.EqualTo(ignored));

    [TestCase("!fileutils.go\n*.go", "fileutils.go", true)]
    [TestCase("*.go\n!fileutils.go", "fileutils.go", false)]
    [TestCase("docs\n!docs/README.md", "docs/README.md", false)]
    [TestCase("docs\n!docs/README.md", "docs/other.md", true)]
    [TestCase("docs/\n!docs/README.md", "docs/README.md", false)]
    [TestCase("docs/*\n!docs/README.md", "docs/README.md", false)]
    [TestCase("**\n!util/docker/web", "util/docker/web/foo", false)]
    [TestCase("**\n!util/docker/web\nutil/docker/web/foo", "util/docker/web/foo", true)]
    [TestCase("**\n!dist/*.whl", "dist/proxy.py-2.4.0rc3.dev36+g08acad9-py3-none-any.whl", false)]
    [TestCase("*.md\n!README.md", "README.md", false)]
    [TestCase("*.md\n!README*.md\nREADME-secret.md", "README-secret.md", true)]
    [TestCase("*.md\nREADME-secret.md\n!README*.md", "README-secret.md", false)]
    [TestCase("*\n!src", "src/deep/main.go", false)]
    [TestCase("*\n!src\nsrc/bin", "src/bin/app", true)]
    [TestCase("*\n!/src/", "src/main.go", false)]
    [TestCase("*\n! src", "src/main.go", false)]
    public void The_last_line_that_matches_decides(string lines, string path, bool ignored) =>
        Assert.That(IgnoreFile.Parse(lines).IsIgnored(path), Is.EqualTo(ignored));

    [Test]
    public void Many_stars_take_no_more_time_than_few()
    {
        var ignore = IgnoreFile.Parse(string.Concat(Enumerable.Repeat("*a", 30)) + "b");

        var ignored = ignore.IsIgnored(new string('a', 200));

        Assert.That(ignored, Is.False);
    }

    [Test]
    public void A_name_ignores_itself_and_what_is_below_and_no_other_name() =>
        Prop.ForAll((PositiveInt name, PositiveInt other) =>
        {
            var ignore = IgnoreFile.Parse($"n{name.Get}");
            return ignore.IsIgnored($"n{name.Get}/n{other.Get}") && ignore.IsIgnored($"n{other.Get}") == (name.Get == other.Get);
        }).QuickCheckThrowOnFailure();

    [Test]
    public void A_line_and_its_opposite_leave_nothing_ignored() =>
        Prop.ForAll(ArbMap.Default.ArbFor<NonEmptyArray<char>>(), characters =>
        {
            var name = new string([.. characters.Get.Where(char.IsLetterOrDigit), 'x']);
            return !IgnoreFile.Parse($"{name}\n!{name}").IsIgnored($"{name}/file") && IgnoreFile.Parse($"!{name}\n{name}").IsIgnored(name);
        }).QuickCheckThrowOnFailure();
}
