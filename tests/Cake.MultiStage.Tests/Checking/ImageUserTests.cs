using System.Text;
using Cake.MultiStage.Checking;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Tests.Measuring;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Checking;

/// <summary>Who a container runs as, and what he may.</summary>
public sealed class ImageUserTests
{
    private static readonly FileSystemTree Files = AnalysisTests.Image([
        Text("/etc/passwd", "root:x:0:0:root:/root:/bin/sh\napp:x:1000:1001::/home/app:/bin/false\n"),
        Text("/etc/group", "root:x:0:\napp:x:1001:\nlogs:x:50:other,app\n"),
        new ImageFile { Path = "/locked", Type = ImageFileType.Directory, Mode = 0b111_000_000, UserId = 7, GroupId = 50 },
        AnalysisTests.File("/locked/file", 5) with { Mode = 0b100_100_000, UserId = 7, GroupId = 50 },
    ]).Files;

    [TestCase("", 0)]
    [TestCase("root", 0)]
    [TestCase("app", 1000)]
    [TestCase("app:logs", 1000)]
    [TestCase("65532:1", 65532)]
    public void A_user_has_a_number(string setting, long id)
    {
        var user = ImageUser.Of(Files, setting);
        Assert.That((user.Id, user.UnknownName, user.UnknownGroup), Is.EqualTo(((long?)id, (string?)null, (string?)null)));
    }

    [Test]
    public void A_name_that_no_line_has_is_unknown_and_a_number_needs_no_line()
    {
        Assert.That(ImageUser.Of(Files, "other:none") is { UnknownName: "other", UnknownGroup: "none" }, Is.True);
        Assert.That(ImageUser.Of(FileSystemTree.Empty, "app").UnknownName, Is.EqualTo("app"));
        Assert.That(ImageUser.Of(FileSystemTree.Empty, "1:2") is { UnknownName: null, UnknownGroup: null }, Is.True);
    }

    [Test]
    public void What_may_be_read_follows_from_owner_groups_and_the_folders_on_the_way()
    {
        var file = Files.Find("/locked/file")!;
        Assert.That((ImageUser.Of(Files, "").CanRead(file), ImageUser.Of(Files, "7").CanRead(file),
            ImageUser.Of(Files, "app").CanRead(file), ImageUser.Of(Files, "8").CanRead(file)), Is.EqualTo((true, true, true, false)));
        Assert.That(ImageUser.Of(Files, "app").Barrier(file)?.Path, Is.EqualTo("/locked"));
        Assert.That((ImageUser.Of(Files, "7").Barrier(file), ImageUser.Of(Files, "0").Barrier(file)),
            Is.EqualTo(((FileSystemNode?)null, (FileSystemNode?)null)));
    }

    private static ImageFile Text(string path, string text) =>
        AnalysisTests.File(path, text.Length) with { Content = Encoding.UTF8.GetBytes(text) };
}
