using System.Security.Cryptography;
using System.Text;
using Cake.MultiStage.Building;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Measuring.Analysis;
using Cake.MultiStage.Measuring.Sources;
using Cake.MultiStage.Tests.Reporting;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Measuring;

/// <summary>What follows from the layers, on cases computed by hand.</summary>
public sealed class AnalysisTests
{
    internal static ImageFile File(string path, int size, char fill = 'x') => new()
    {
        Path = path,
        Size = new ByteSize(size),
        Mode = 0x1a4,
        Hash = size == 0 ? null : new ContentHash(SHA256.HashData(Encoding.ASCII.GetBytes(new string(fill, size)))),
    };

    internal static ImageFile Text(string path, string text) => File(path, text.Length) with { Content = Encoding.UTF8.GetBytes(text) };

    internal static ImageFile Of(ImageFileType type, string path, string? target = null) =>
        new() { Path = path, Type = type, LinkTarget = target };

    internal static MeasuredImage Image(params ImageFile[][] layers) => Image(CancellationToken.None, layers);

    internal static MeasuredImage Image(CancellationToken cancellationToken, params ImageFile[][] layers) =>
        ImageAnalysis.Analyze(ReportTests.Measured() with
    {
        Layers = [.. layers.Select((entries, index) => new MeasuredLayer(
            Digest.Parse("sha256:" + new string((char)('a' + index), 64)),
            new ByteSize(entries.Where(entry => !entry.IsMark).Sum(entry => entry.Size.Bytes)),
            entries.Count(entry => entry.Type == ImageFileType.File),
            $"RUN {index}") { Entries = entries })],
    }, cancellationToken);

    [Test]
    public void What_is_replaced_or_taken_away_is_wasted()
    {
        var image = Image(
            [File("/a", 100), File("/b", 20), File("/d/x", 7), File("/d/y", 3)],
            [File("/a", 150), Of(ImageFileType.Whiteout, "/b"), Of(ImageFileType.OpaqueDirectory, "/d"), File("/d/z", 1)]);
        Assert.That((image.Waste.Size.Bytes, image.Waste.Total.Bytes, image.Files.Root.Size.Bytes), Is.EqualTo((130L, 281L, 151L)));
        Assert.That(image.Waste.Efficiency, Is.EqualTo(1 - (130 / 281.0)).Within(1e-9));
        Assert.That(image.Waste.Files.Select(file => (file.Path, file.CreatedBy, file.RemovedBy)),
            Is.EqualTo(
                new[] { ("/a", "RUN 0", "RUN 1"), ("/b", "RUN 0", "RUN 1"), ("/d/x", "RUN 0", "RUN 1"), ("/d/y", "RUN 0", "RUN 1") }));
        Assert.That(image.Files.Root.Descendants().Select(node => node.Path), Is.EqualTo(["/a", "/d", "/d/z"]));
    }

    [Test]
    public void The_numbers_of_dive_are_those_of_dive()
    {
        // /a: smallest 100 of 250; /b: 20, then deleted: smallest 0 of 20; /c: 5 of 5.
        var dive = Image([File("/a", 100), File("/b", 20), File("/c", 5)], [File("/a", 150), Of(ImageFileType.Whiteout, "/b")]).Waste.Dive;
        Assert.That((dive.Wasted.Bytes, dive.UserSize.Bytes), Is.EqualTo((270L, 150L)));
        Assert.That(dive.Efficiency, Is.EqualTo(105 / 275.0).Within(1e-9));
        Assert.That(dive.WastedPercent, Is.EqualTo(180).Within(1e-9));
    }

    [Test]
    public void The_defects_of_dive_are_kept_but_for_the_division_by_zero()
    {
        var kept = Image([File("/a", 100)], [File("/a", 100)]).Waste;
        var deleted = Image([File("/a", 100), File("/d/x", 900)], [File("/a", 100), Of(ImageFileType.Whiteout, "/d")]).Waste;
        Assert.That(deleted.Dive.Efficiency, Is.GreaterThan(kept.Dive.Efficiency));
        Assert.That(deleted.Efficiency, Is.LessThan(kept.Efficiency));
        Assert.That((Image([File("/a", 1)]).Waste.Dive.WastedPercent, Image().Waste.Dive.Efficiency, Image().Waste.Efficiency),
            Is.EqualTo((0.0, 1.0, 1.0)));
    }

    [Test]
    public void A_file_with_several_names_counts_once_and_lives_as_long_as_one_of_them()
    {
        var image = Image([File("/z", 10), Of(ImageFileType.HardLink, "/a", "/z")], [Of(ImageFileType.Whiteout, "/z")]);
        Assert.That((image.Files.Root.Size.Bytes, image.Files.Root.FileCount, image.Waste.Size.Bytes), Is.EqualTo((10L, 1, 0L)));
        var both = Image([File("/z", 10), Of(ImageFileType.HardLink, "/a", "/z")]);
        Assert.That(both.Files.Find("/z")!.IsFurtherName, Is.True);
        Assert.That(both.Duplicates, Is.Empty);
    }

    [Test]
    public void A_file_in_place_of_a_directory_hides_what_was_in_it_and_the_other_way_round()
    {
        var image = Image([File("/d/x", 5), File("/f", 3)], [File("/d", 1), File("/f/y", 2)]);
        Assert.That(image.Files.Root.Descendants().Select(node => node.Path), Is.EqualTo(["/d", "/f", "/f/y"]));
        Assert.That(image.Waste.Size.Bytes, Is.EqualTo(8));
    }

    [Test]
    public void A_path_is_resolved_through_links_but_not_in_circles()
    {
        var files = Image([Of(ImageFileType.SymbolicLink, "/bin", "usr/bin"), File("/usr/bin/busybox", 1),
            Of(ImageFileType.SymbolicLink, "/usr/bin/sh", "../bin/./busybox"), Of(ImageFileType.SymbolicLink, "/loop", "/loop")]).Files;
        Assert.That(files.Resolve("/bin/sh")?.Path, Is.EqualTo("/usr/bin/busybox"));
        Assert.That((files.Resolve("/loop"), files.Resolve("/bin/none"), files.Find("/bin/sh")),
            Is.EqualTo(((FileSystemNode?)null, (FileSystemNode?)null, (FileSystemNode?)null)));
    }

    [Test]
    public void Duplicates_waste_all_copies_but_one()
    {
        var duplicates = Image([File("/a", 10), File("/b", 10), File("/c", 10, 'y'), File("/e", 0), File("/f", 0)],
            [File("/d", 10)]).Duplicates;
        Assert.That(duplicates.Select(files => (files.Wasted.Bytes, string.Join(' ', files.Paths))),
            Is.EqualTo(new[] { (20L, "/a /b /d") }));
    }

    [TestCase("/var/lib/apt/lists/x", "apt lists", "/var/lib/apt/lists")]
    [TestCase("/root/.cache/pip/x/y", "pip cache", "/root/.cache/pip")]
    [TestCase("/app/.git/objects/x", "version control", "/app/.git")]
    [TestCase("/app/node_modules/.cache/x", "node_modules cache", "/app/node_modules/.cache")]
    [TestCase("/usr/lib/python3/__pycache__/x.pyc", "python bytecode", "/usr/lib/python3/__pycache__")]
    [TestCase("/usr/lib/debug/x", "debug symbols", "/usr/lib/debug")]
    [TestCase("/app/app.pdb", "debug symbols", "/app/app.pdb")]
    [TestCase("/app/obj/project.assets.json", "build output", "/app/obj")]
    [TestCase("/var/log/dpkg.log", "logs", "/var/log")]
    [TestCase("/root/.nuget/packages/x", "nuget cache", "/root/.nuget/packages")]
    [TestCase("/app/obj/data", null, null)]
    [TestCase("/app/packages/x", null, null)]
    [TestCase("/app/log/x", null, null)]
    public void Leftovers_are_told_by_their_names(string path, string? kind, string? place)
    {
        var found = Image([File("/bin/sh", 1)], [File(path, 5)]).Leftovers;
        Assert.That(found.Select(leftover => (leftover.Kind, leftover.Path, leftover.Size.Bytes, leftover.CreatedBy)),
            Is.EqualTo(kind is null ? [] : new[] { (kind, place!, 5L, "RUN 1") }));
    }

    [Test]
    public void Packages_are_those_that_are_installed_with_the_bytes_of_their_files()
    {
        var packages = Image(
            [Text("/var/lib/dpkg/status",
                "Package: bash\nStatus: install ok installed\nArchitecture: amd64\nInstalled-Size: 7\nVersion: 5.2\nDescription: x\n more: "
                    + "y\n\nPackage: gone\nStatus: deinstall ok config-files\nVersion: 1\n"),
            Text("/var/lib/dpkg/info/bash.list", "/.\n/bin/bash\n/none\n"), Of(ImageFileType.SymbolicLink, "/bin", "usr/bin"),
            File("/usr/bin/bash", 50)],
            [Text("/lib/apk/db/installed", "P:musl\nV:1.2-r0\nI:600\nF:lib\nR:ld.so\na:0:0:755\n\n"), File("/lib/ld.so", 9)]).Packages;
        Assert.That(packages.Select(package => package with { Url = "", Licenses = [] }), Is.EqualTo(new[]
        {
            new ImagePackage("dpkg", "bash", "5.2", new ByteSize(7 << 10), new ByteSize(50), 0, "RUN 0"),
            new ImagePackage("apk", "musl", "1.2-r0", new ByteSize(600), new ByteSize(9), 1, "RUN 1"),
        }));
    }

    [Test]
    public void Bytes_are_summed_by_directory_and_type()
    {
        var image = Image([File("/usr/lib/libc.so.6", 10), File("/usr/lib/a/b/c.SO", 5), File("/usr/bin/sh", 3) with { Mode = 0x1ed },
            File("/etc/passwd", 1)]);
        Assert.That(image.Directories.Select(directory => (directory.Path, directory.Files, directory.Size.Bytes)),
            Is.EqualTo(new[] { ("/usr", 3, 18L), ("/usr/lib", 2, 15L), ("/usr/lib/a", 1, 5L), ("/usr/bin", 1, 3L), ("/etc", 1, 1L) }));
        Assert.That(image.FileTypes.Select(type => (type.Type, type.Size.Bytes)),
            Is.EqualTo(new[] { (".so", 15L), ("executable", 3L), ("other", 1L) }));
    }

    [Test]
    public void What_a_single_stage_would_have_had_to_add_counts_into_what_was_saved()
    {
        var builder = Stage("builder", "golang", File("/app", 100), File("/go", 900, 'g'));
        var final = Stage("final", "scratch", File("/bin/app", 100), File("/etc/ca", 50, 'c'));
        var measured = Analyze(final.Contents, builder.Layers, Stage("certs", "alpine", File("/ca", 50, 'c')).Layers, final.Layers);
        Assert.That((measured.Artifacts.Bytes, measured.Saved.Bytes), Is.EqualTo((0L, 850L)), "without the stages' contents");
        measured = StageAnalysis.WithArtifacts(measured, builder.Contents, CancellationToken.None);
        Assert.That((measured.SingleStage.Name, measured.Artifacts.Bytes, measured.Saved.Bytes), Is.EqualTo(("builder", 50L, 900L)));
        Assert.That((measured.Base?.Name, measured.OwnSize?.Bytes, measured.Stages[0].Added),
            Is.EqualTo(("scratch", 150L, (ByteSize?)null)));
    }
    [Test]
    public void A_base_whose_tag_was_moved_is_unknown()
    {
        var final = Stage("final", "debian", File("/app", 100));
        var measured = new StageAnalysis([final.Layers],
            new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { ["debian"] = ["sha256:other"] })
            .Analyze(ReportTests.Measured().Image, final.Contents, CancellationToken.None);
        Assert.That((measured.Base, measured.Stages[0].Added), Is.EqualTo(((MeasuredBase?)null, (ByteSize?)null)));
    }

    private static MeasuredImage Analyze(ImageContents image, params StageLayers[] stages) =>
        new StageAnalysis(stages, new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { ["scratch"] = [] })
            .Analyze(ReportTests.Measured().Image, image, CancellationToken.None);

    private static (StageLayers Layers, ImageContents Contents) Stage(string name, string from, params ImageFile[] files)
    {
        var layers = Image(files).Layers;
        return (new StageLayers(name, from, [.. layers.Select(layer => new BuiltLayer(layer.DiffId, layer.Size))], IsExact: true),
            new ImageContents(default, layers));
    }
}
