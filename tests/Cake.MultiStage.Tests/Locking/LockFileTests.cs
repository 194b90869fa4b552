using System.Text;
using Cake.MultiStage.Building;
using Cake.MultiStage.Images;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Locking;

/// <summary>The lock file of base images: the same bytes for the same images, and one clear error where it is damaged.</summary>
public sealed class LockFileTests : FolderFixture
{
    private static readonly string A = $"sha256:{new string('a', 64)}";

    private static readonly string Text =
        $$"""
        {
          "version": 1,
          "images": [
            {
              "name": "debian:trixie-slim",
              "digest": "{{A}}",
              "platforms": [
                "linux/amd64",
                "linux/arm/v7"
              ],
              "size": 29000000,
              "date": "2026-11-30"
            },
            {
              "name": "registry.example.com:5000/team/go:1",
              "digest": "{{A}}",
              "platforms": [],
              "size": 0,
              "date": "2026-11-29"
            }
          ],
          "own": [
            "shop/platform"
          ]
        }

        """;

    [Test]
    public void What_was_written_is_read_and_written_the_same()
    {
        var file = LockFile.Parse(Encoding.UTF8.GetBytes(Text));
        Assert.That(file.Find(ImageReference.Parse("debian:trixie-slim")), Is.Not.Null);
        var reversed = file with { Images = [.. file.Images.Reverse()] };
        Assert.That(Encoding.UTF8.GetString(reversed.ToBytes()), Is.EqualTo(Text.ReplaceLineEndings("\n")));
        Assert.That(file.IsOwn(ImageReference.Parse("shop/platform:7")), Is.True);
        var image = file.Images[0];
        Assert.That((image.Size.Bytes, image.Date, image.Platforms.Count), Is.EqualTo((29000000L, new DateOnly(2026, 11, 30), 2)));
    }

    [TestCase("", "valid JSON")]
    [TestCase("<<<<<<< HEAD\n{}", "'<' is an invalid start")]
    [TestCase("[]", "it has no version")]
    [TestCase("""{"version":2,"images":[]}""", "it is of version 2, and this addin knows version 1")]
    [TestCase("""{"version":1}""", "it has no list of images")]
    [TestCase("""{"version":1,"images":{}}""", "it has no list of images")]
    [TestCase("""{"version":1,"images":[{"name":"a:1"}]}""", "images[0] has no name or no digest")]
    [TestCase("""{"version":1,"images":[{"name":"a:1","digest":"sha256:1"}]}""", "images[0]: 'sha256:1'")]
    [TestCase("""{"version":1,"images":[{"name":"A B","digest":"x"}]}""", "images[0]: 'A B'")]
    [TestCase("""{"version":1,"images":[{"name":7,"digest":"x"}]}""", "images[0]: a text is expected, and Number is there")]
    [TestCase("""{"version":1,"images":[7]}""", "images[0]: ")]
    [TestCase("""{"version":1,"images":[],"own":[1]}""", "a text is expected")]
    public void What_is_damaged_is_one_error_that_says_where(string text, string told)
    {
        _folder.File("multistage.lock.json", text);
        Assert.That(() => LockFile.Read(_folder["multistage.lock.json"]), Throws.TypeOf<MultiStageException>()
            .With.Message.Contains(told).And.Message.Contains("multistage.lock.json' can't be used")
            .And.Message.Contains("MultiStageLock([project])"));
    }

    [Test]
    public void Nothing_is_locked_twice()
    {
        var twice = $$"""{"version":1,"images":[{"name":"a:1","digest":"{{A}}"},{"name":"docker.io/library/a:1","digest":"{{A}}"}]}""";
        Assert.That(() => LockFile.Parse(Encoding.UTF8.GetBytes(twice)),
            Throws.TypeOf<InvalidDataException>().With.Message.EqualTo("it has 'a:1' twice"));
    }

    [Test]
    public void Deep_and_large_files_are_refused()
    {
        _folder.File("deep", new string('[', 100_000)).File("large", new string(' ', 5 << 20));
        Assert.That(() => LockFile.Read(_folder["deep"]), Throws.TypeOf<MultiStageException>());
        Assert.That(() => LockFile.Read(_folder["large"]), Throws.TypeOf<MultiStageException>().With.Message.Contains("more than 4.19 MB"));
    }
}
