using System.Text.Json;
using System.Text.RegularExpressions;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Measuring.Packages;
using Cake.MultiStage.Reporting;
using Cake.MultiStage.Reporting.Document;
using Cake.MultiStage.Tests.Contexts;
using Json.Schema;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Reporting;

/// <summary>The bills of materials are what their standards say, and list what the report lists.</summary>
public sealed class SbomTests
{
    private static readonly EvaluationOptions Options = new() { OutputFormat = OutputFormat.List };

    private static ReportSource Packages => ReportSamples.Full with
    {
        Measured = ReportSamples.Full.Measured with
        {
            Packages =
            [
                Package("dpkg", "bash", "5.2", "GPL-3.0-or-later", "Artistic-2.0"), Package("npm", "@a/b", "1.0", "MIT OR ISC"),
                Package("maven", "org.a:b", "2.0", "Own terms"), Package("golang", "example.com/app", ""),
                Package("npm", "@a/b", "1.0", "MIT OR ISC"), Package("pypi", "six", "1", "Own terms", "MIT OR ISC"),
            ],
            UnlistedPackages = 3,
            System = new OperatingSystemRelease("debian", "13") { Name = "Debian GNU/Linux 13 (trixie)" },
        },
    };

    [Test]
    public async Task A_CycloneDX_document_is_valid([Values("Bare", "Clean", "Full", "Broken", "Packages")] string sample)
    {
        var registry = new SchemaRegistry();
        foreach (var name in new[] { "spdx.schema.json", "jsf-0.82.schema.json", "cryptography-defs.schema.json" })
        {
            registry.Register(new Uri($"http://cyclonedx.org/schema/{name}"), Schema(name, registry));
        }

        var result = Schema("bom-1.6.schema.json", registry).Evaluate(await WrittenAsync(sample, "sbom.cdx.json"), Options);
        Assert.That(result.IsValid, Is.True, () => string.Join('\n', result.Details!.Where(detail => detail.Errors is not null)
            .SelectMany(detail => detail.Errors!.Select(error => $"{detail.InstanceLocation}: {error.Value}"))));
    }

    [Test]
    public async Task A_CycloneDX_document_lists_the_packages()
    {
        var bom = await WrittenAsync("Packages", "sbom.cdx.json");
        var components = bom.GetProperty("components").EnumerateArray().ToList();
        Assert.That(components[0].ToString(), Is.EqualTo("""{"type":"operating-system","name":"debian","bom-ref":"system:""" + """
            debian","version":"13","description":"Debian GNU/Linux 13 (trixie)"}
            """));
        Assert.That(bom.GetProperty("compositions")[0].ToString(), Is.EqualTo("""{"aggregate":"incomplete","assemblies":["image"]}"""));
        components.RemoveAt(0);
        Assert.That(components.Select(component => component.GetProperty("purl").GetString()), Is.EqualTo(
            Packages.Measured.Packages.Select(package => package.Url)));
        Assert.That(components.Select(component => component.GetProperty("bom-ref").GetString()), Is.Unique);
        Assert.That(components[0].GetProperty("licenses").ToString(), Does.Contain("""{"id":"GPL-3.0-or-later"}"""));
        Assert.That(components[1].GetProperty("licenses").ToString(), Does.Contain("""{"expression":"MIT OR ISC"}"""));
        Assert.That(components[2].GetProperty("licenses").ToString(), Does.Contain("""{"name":"Own terms"}"""));
        Assert.That(components[2].GetProperty("group").GetString(), Is.EqualTo("org.a"));
        Assert.That(components[2].GetProperty("name").GetString(), Is.EqualTo("b"));
        Assert.That(components[0].GetProperty("properties").ToString(), Does.Contain("RUN 0").And.Contain("sha256:"));
    }

    /// <summary>SPDX 2.3, "Package Information", "Relationships" and Annex D.</summary>
    [Test]
    public async Task An_SPDX_document_is_consistent([Values("Bare", "Clean", "Full", "Broken", "Packages")] string sample)
    {
        var document = await WrittenAsync(sample, "sbom.spdx.json");
        var packages = document.GetProperty("packages").EnumerateArray().ToList();
        var ids = packages.Select(package => package.GetProperty("SPDXID").GetString()!).ToList();
        Assert.That(ids, Is.Unique.And.All.Match(@"\ASPDXRef-[A-Za-z0-9.-]+\z"));
        // JSON's names have underscores where the specification's text has dashes.
        var purposes = packages.Select(
            package => package.TryGetProperty("primaryPackagePurpose", out var purpose) ? purpose.GetString() : null);
        Assert.That(purposes.Distinct(StringComparer.Ordinal),
            Is.SubsetOf(new[] { null, "APPLICATION", "CONTAINER", "LIBRARY", "OPERATING_SYSTEM" }));
        var related = document.GetProperty("relationships").EnumerateArray()
            .Select(relation => relation.GetProperty("relatedSpdxElement").GetString()).ToList();
        Assert.That(related, Is.EquivalentTo(ids));
        var known = document.TryGetProperty("hasExtractedLicensingInfos", out var others)
            ? others.EnumerateArray().Select(license => license.GetProperty("licenseId").GetString()!).ToHashSet(StringComparer.Ordinal)
            : [];
        var names = packages.SelectMany(package => Regex.Matches(package.GetProperty("licenseDeclared").GetString()!, @"[A-Za-z0-9.+-]+")
            .Select(match => match.Value)).Except(["AND", "OR", "NOASSERTION"], StringComparer.Ordinal);
        Assert.That(names.Where(name => LicenseNames.IdOf(name) != name), Is.SubsetOf(known));
        Assert.That(DateTimeOffset.Parse(document.GetProperty("creationInfo").GetProperty("created").GetString()!,
            System.Globalization.CultureInfo.InvariantCulture).Offset, Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public async Task An_SPDX_document_lists_the_packages()
    {
        var document = await WrittenAsync("Packages", "sbom.spdx.json");
        Assert.That(document.GetProperty("creationInfo").GetProperty("comment").GetString(), Does.StartWith("3 more packages"));
        var system = document.GetProperty("packages")[1];
        Assert.That((system.GetProperty("name").GetString(), system.GetProperty("versionInfo").GetString(),
            system.GetProperty("primaryPackagePurpose").GetString()), Is.EqualTo(("debian", "13", "OPERATING_SYSTEM")));
        var packages = document.GetProperty("packages").EnumerateArray().Skip(2).ToList();
        Assert.That(packages.Select(package => package.GetProperty("licenseDeclared").GetString()), Is.EqualTo([
            "GPL-3.0-or-later AND Artistic-2.0", "MIT OR ISC", "LicenseRef-1", "NOASSERTION", "MIT OR ISC",
            "LicenseRef-1 AND (MIT OR ISC)"]));
        Assert.That(packages[0].GetProperty("sourceInfo").GetString(), Does.StartWith("layer sha256:").And.EndsWith(": RUN 0"));
    }

    [Test]
    public async Task The_same_image_has_the_same_documents()
    {
        var report = ImageReport.Of(Packages);
        foreach (var name in new[] { "sbom.cdx.json", "sbom.spdx.json" })
        {
            var first = await TextAsync(report, name);
            Assert.That(await TextAsync(report, name), Is.EqualTo(first));
        }
    }

    private static ImagePackage Package(string kind, string name, string version, params string[] licenses) =>
        new(kind, name, version, default, default, 0, "RUN 0")
        {
            Licenses = licenses,
            Url = new PackageUrl(new OperatingSystemRelease("debian", "13")).Of(kind, name, version),
        };

    private static JsonSchema Schema(string name, SchemaRegistry registry) =>
        JsonSchema.FromText(CycloneDxSchemas.Text(name), new BuildOptions { SchemaRegistry = registry });

    private static async Task<JsonElement> WrittenAsync(string sample, string file) =>
        JsonElement.Parse(await TextAsync(ImageReport.Of(sample == "Packages" ? Packages : SchemaTests.Sample(sample)), file));

    private static async Task<string> TextAsync(ImageReport report, string file)
    {
        using var folder = new TemporaryFolder();
        await new ReportFolder(folder.Path).WriteAsync(report, CancellationToken.None);
        return await File.ReadAllTextAsync(folder[file]);
    }
}
