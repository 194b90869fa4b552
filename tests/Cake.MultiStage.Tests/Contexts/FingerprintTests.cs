using Cake.MultiStage.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Contexts;

public sealed class FingerprintTests
{
    private static readonly ContextFile File = new("a", "/x/a", ContextFileKind.File, 5, UnixFileMode.UserRead, LinkTarget: null)
        { Modified = DateTime.UnixEpoch };

    [Test]
    public void The_same_files_have_the_same_fingerprint_wherever_they_are()
    {
        Assert.That(Of(File with { FullPath = "/y/a" }), Is.EqualTo(Of(File)));
    }

    [Test]
    public void Each_thing_an_engine_goes_by_tells_files_apart()
    {
        ContextFile[] others =
        [
            File with { Path = "b" },
            File with { Kind = ContextFileKind.SymbolicLink, LinkTarget = "b" },
            File with { Kind = ContextFileKind.SymbolicLink, LinkTarget = "c" },
            File with { Kind = ContextFileKind.Directory },
            File with { Length = 6 },
            File with { Mode = UnixFileMode.UserWrite },
            File with { Modified = DateTime.UnixEpoch.AddTicks(1) },
        ];

        Assert.That(others.Append(File).Select(file => Of(file)).Distinct(StringComparer.Ordinal), Has.Exactly(others.Length + 1).Items);
    }

    private static string Of(ContextFile file) => new BuildContext("/x", [file]).Fingerprint().ToString();
}
