using System.IO.Compression;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Measuring.Analysis;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Measuring;

/// <summary>Whatever an engine sends, reading it ends, and in nothing but a result or an error of ours.</summary>
[Category("Fault")]
public sealed class DamagedArchiveTests
{
    private static readonly Digest Id = Digest.Parse("sha256:" + new string('1', 64));

    private static async Task<bool> ReadsAsync(byte[] archive)
    {
        try
        {
            var layers =
                (await SavedImages.ReadAsync(new MemoryStream(archive), new MeasureOptions(), CancellationToken.None)).LayersOf(Id);
            LayerMerger.Merge(layers, CancellationToken.None);
            return true;
        }
        catch (MultiStageException exception)
        {
            Assert.That(exception.Message, Does.Contain("engine sent"));
            return false;
        }
    }

    private static async Task<byte[]> ArchiveAsync(TemporaryFolder folder, string format)
    {
        folder.File("layer/etc/passwd", new string('x', 3000))
            .File("layer/etc/.wh.shadow", "")
            .File("layer/" + new string('n', 120), "name")
            .Link("layer/link", "etc");
        await using (var sparse = File.Create(folder["layer/sparse"]))
        {
            sparse.SetLength(5_000_000);
            sparse.Position = 4_000_000;
            sparse.WriteByte(1);
        }

        await Run.ToolAsync("tar", $"--format={format}", "--sparse", "-cf", folder["image/one/layer.tar"], "-C", folder["layer"], ".");
        await using (var packed = new GZipStream(File.Create(folder["image/two.tar"]), CompressionLevel.Fastest))
        {
            await packed.WriteAsync(await File.ReadAllBytesAsync(folder["image/one/layer.tar"]));
        }

        folder.File($"image/{Id.Encoded}.json",
            $$"""{"rootfs":{"diff_ids":["{{Id}}","{{Id}}"]},"history":[{"created_by":"A"},{"empty_layer":true},{"created_by":"B"}]}""");
        folder.File("image/manifest.json", $$"""[{"Config":"{{Id.Encoded}}.json","Layers":["one/layer.tar","two.tar"]}]""");
        await Run.ToolAsync("tar", $"--format={format}", "-cf", folder["image.tar"], "-C", folder["image"], ".");
        return await File.ReadAllBytesAsync(folder["image.tar"]);
    }

    [TestCase("gnu", 1)]
    [TestCase("pax", 2)]
    public async Task Bytes_changed_anywhere_end_in_a_result_or_an_error_of_ours(string format, int seed)
    {
        using var folder = new TemporaryFolder().Folder("image/one");
        var archive = await ArchiveAsync(folder, format);
        Assert.That(await ReadsAsync(archive), Is.True);
        var random = new Random(seed);
        for (var round = 0; round < 1500; round++)
        {
            var damaged = archive.ToArray();
            for (var change = random.Next(1, 20); change > 0; change--)
            {
                // Nearly all bytes of an archive are content or fill: headers are where it matters.
                var place = random.Next(2) == 0
                    ? random.Next(damaged.Length)
                    : (random.Next(damaged.Length / 512) * 512) + random.Next(512);
                damaged[place] = (byte)random.Next(256);
            }

            await ReadsAsync(damaged);
        }
    }

    [Test]
    public async Task Headers_whose_checksum_is_right_may_still_say_anything()
    {
        using var folder = new TemporaryFolder().Folder("image/one");
        var archive = await ArchiveAsync(folder, "gnu");
        var random = new Random(3);
        for (var round = 0; round < 1500; round++)
        {
            var damaged = archive.ToArray();
            var block = damaged.AsSpan(random.Next(damaged.Length / 512) * 512, 512);
            for (var change = random.Next(1, 6); change > 0; change--)
            {
                block[random.Next(512)] = (byte)(random.Next(3) == 0 ? random.Next(256) : "0127LKxgS5\0"[random.Next(11)]);
            }

            System.Text.Encoding.ASCII.GetBytes("        ").CopyTo(block[148..]);
            var sum = 0;
            foreach (var one in block)
            {
                sum += one;
            }

            System.Text.Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(block[148..]);
            await ReadsAsync(damaged);
        }
    }

    [Test]
    public async Task Random_bytes_are_no_image()
    {
        var random = new Random(4);
        for (var round = 0; round < 500; round++)
        {
            var bytes = new byte[random.Next(3000)];
            random.NextBytes(bytes);
            Assert.That(await ReadsAsync(bytes), Is.False);
        }
    }
}
