using System.Security.Cryptography;
using System.Text;
using Cake.MultiStage.Aliases;
using Cake.MultiStage.Checking;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Reporting;
using Cake.MultiStage.Reporting.Document;
using Cake.MultiStage.Reporting.Html;
using Cake.MultiStage.Tests.Aliases;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Reporting;

/// <summary>Several images are reported beside each other, and each has its own report.</summary>
public sealed class OverviewTests : CakeFixture
{
    private static Overview Two => Overview.Of([Report("shop/web:1.0", 1, 300), Report("shop/orders:1.0", 1, 300, 400)]);

    [Test]
    public void The_largest_is_first_and_layers_that_are_shared_count_once()
    {
        Assert.That(Two.Images.Select(image => (image.Report.Image.Name, image.Folder)),
            Is.EqualTo([("shop/orders:1.0", "shop-orders-1.0"), ("shop/web:1.0", "shop-web-1.0")]));
        Assert.That(Two.Summary, Is.EqualTo("2 images, 1.00 kB together; 700 B with shared layers counted once"));
        Assert.That(Overview.Of([Report("a:1", 1, 5)]).Summary, Is.EqualTo("1 image, 5 B together"));
    }

    [Test]
    public void Images_whose_names_make_the_same_folder_have_folders_of_their_own() =>
        Assert.That(Overview.Of([Report("A/b:1", 1, 5), Report("a-b:1", 1, 5), Report("..", 1, 4)]).Images.Select(image => image.Folder),
            Is.EqualTo(["A-b-1", "a-b-1-2", "image"]));

    [Test]
    public void Each_form_has_the_sizes_the_findings_and_what_all_come_to()
    {
        var overview = Overview.Of([Report("shop/web:1.0", 1, 300), ImageReport.Of(ReportSamples.Full)]);
        string[] forms = [string.Join('\n', overview.ConsoleLines()), overview.Markdown(), OverviewPage.Text(overview)];
        foreach (var form in forms)
        {
            Assert.That(form, Does.Contain("shop/web:1.0").And.Contain("300 B").And.Contain("no findings").And.Contain("2 warnings"));
            Assert.That(form, Does.Contain("TCP port 8080 after 1.23 s").And.Contain("2 images, "));
        }

        Assert.That(overview.ConsoleLines(), Is.All.Length.LessThanOrEqualTo(80));
    }

    [Test]
    public void No_name_is_taken_for_markup_and_the_page_has_no_script()
    {
        var page = OverviewPage.Text(Overview.Of([Report("<b>'\"&\u001b[31m", 1, 5)]));
        var style = page.Split("<style>")[1].Split("</style>")[0];
        Assert.That(page, Does.Not.Contain("<b>").And.Not.Contain("<script").And.Not.Contain("\u001b"));
        Assert.That(page, Does.Contain(
            $"style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)))}';"));
    }

    [Test]
    public async Task The_folder_has_the_page_and_the_report_of_each()
    {
        await new OverviewFolder(_folder.Path).WriteAsync(Two, CancellationToken.None);
        Assert.That(Directory.EnumerateFiles(_folder.Path).Select(Path.GetFileName), Is.EquivalentTo(["index.html", "index.md"]));
        foreach (var image in Two.Images)
        {
            Assert.That(File.Exists(_folder[$"{image.Folder}/report.html"]), image.Folder);
            Assert.That(await File.ReadAllTextAsync(_folder["index.html"]), Does.Contain($"href=\"{image.Folder}/report.html\""));
        }
    }

    [Test]
    public void What_is_of_one_image_is_refused()
    {
        VerifiedImage[] images = [new(ReportTests.Measured(), new CheckResult("hello:1.0", []), Comparison: null)];
        Assert.That(() => Cake().MultiStageReport(images, report => report.History = "runs.jsonl"),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("verify.Report.History"));
        Assert.That(() => Cake().MultiStageReport(Array.Empty<VerifiedImage>()),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("no verified image is given"));
    }

    /// <summary>Makes a report of an image with layers of sizes, which are shared by all that have one of the same size.</summary>
    private static ImageReport Report(string name, int files, params int[] sizes)
    {
        var measured = ReportTests.Measured() with
        {
            Layers = [.. sizes.Select(size => new MeasuredLayer(
                Digest.Parse($"sha256:{size:x64}"), new ByteSize(size), files, "COPY a /a"))],
        };
        var report = ImageReport.Of(new ReportSource(measured) { Check = new CheckResult(name, []) });
        return report with { Image = report.Image with { Name = name } };
    }
}
