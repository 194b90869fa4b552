using Cake.MultiStage.Checking;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Tests.Contexts;
using Cake.MultiStage.Tests.Measuring;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Checking;

/// <summary>What scanners found counts as what was found here, with the instruction that brought it.</summary>
public sealed class ScannerFindingsTests
{
    private readonly TemporaryFolder _folder = new();

    private static MeasuredImage Image => AnalysisTests.Image(
        [AnalysisTests.File("/lib/apk/db/installed", 1)],
        [AnalysisTests.File("/app/node_modules/lodash/package.json", 1)]) with
    {
        Packages = [new ImagePackage("apk", "openssl", "3.0", default, default, 0, "ADD alpine.tar.gz /")],
    };

    [OneTimeTearDown]
    public void Remove() => _folder.Dispose();

    [Test]
    public async Task Findings_have_level_file_instruction_and_page()
    {
        var found = await ReadAsync("""
            { "runs": [{ "tool": { "driver": { "name": "Trivy", "rules": [
                { "id": "CVE-2026-1", "shortDescription": { "text": "lodash: pollution" }, "defaultConfiguration": { "level": "error" },
                  "helpUri": "https://avd.example.com/cve-2026-1", "help": { "text": "Update lodash to 4.17.21." } },
                { "id": "CVE-2026-2", "defaultConfiguration": { "level": "note" } }] } },
              "results": [
                { "ruleId": "CVE-2026-1", "ruleIndex": 0, "message": { "text": "Package: lodash\nInstalled Version: 4.17.0" },
                  "locations": [{ "physicalLocation": { "artifactLocation": { "uri": "app/node_modules/lodash/package.json" } } }] },
                { "ruleIndex": 1, "message": { "text": "Package: openssl\nInstalled Version: 3.0" },
                  "locations": [{ "physicalLocation": { "artifactLocation": { "uri": "library/alpine" } } }] },
                { "ruleId": "X", "level": "none", "message": { "text": "nothing" } },
                { "ruleId": "X", "kind": "pass", "message": { "text": "passed" } },
                { "ruleId": "X", "message": { "text": "suppressed" }, "suppressions": [{ "kind": "external" }] },
                { "ruleId": "X y/Z", "message": { "text": "other" } }] }] }
            """);
        var told = found.Select(finding => $"{finding.Rule} {finding.Level} {finding.Path} {finding.Instruction} {finding.Address}");
        Assert.That(told, Is.EqualTo([
            "trivy-cve-2026-1 Error /app/node_modules/lodash/package.json RUN 1 https://avd.example.com/cve-2026-1",
            "trivy-cve-2026-2 Note  ADD alpine.tar.gz / ",
            "trivy-x-y-z Warning   ",
        ]));
        Assert.That(found[0].Message, Is.EqualTo("Package: lodash Installed Version: 4.17.0"));
        Assert.That(found[0].Fix, Is.EqualTo("Update lodash to 4.17.21."));
    }

    [Test]
    public async Task A_file_that_another_scanner_names_by_the_whole_image_is_found()
    {
        var found = await ReadAsync("""
            { "runs": [{ "tool": { "driver": { "name": "Grype" } }, "results": [{ "ruleId": "CVE-1-openssl",
              "message": { "text": "A vulnerability" },
              "locations": [{ "logicalLocations": [{ "fullyQualifiedName": "a@sha256:12:/lib/apk/db/installed" }] }] }] }] }
            """);
        Assert.That(found.Single().Path, Is.EqualTo("/lib/apk/db/installed"));
        Assert.That(found.Single().Instruction, Is.EqualTo("RUN 0"));
    }

    [Test]
    public async Task A_list_of_packages_is_not_what_brought_one_of_them()
    {
        var found = await ReadAsync("""
            { "runs": [{ "tool": { "driver": { "name": "Grype" } }, "results": [{ "ruleId": "CVE-1-openssl",
              "message": { "text": "A high vulnerability in apk package: openssl, version 3.0 was found at: /lib/apk/db/installed" },
              "locations": [{ "logicalLocations": [{ "fullyQualifiedName": "a@sha256:12:/lib/apk/db/installed" }] }] }] }] }
            """);
        Assert.That(found.Single().Path, Is.EqualTo("/lib/apk/db/installed"));
        Assert.That(found.Single().Instruction, Is.EqualTo("ADD alpine.tar.gz /"));
    }

    [TestCase("{ not json", "is not a SARIF 2.1.0 log")]
    [TestCase("{}", "is not a SARIF 2.1.0 log")]
    [TestCase("""{ "runs": 1 }""", "is not a SARIF 2.1.0 log")]
    [TestCase("""{ "runs": [{ "tool": {} }] }""", "is not a SARIF 2.1.0 log")]
    public void What_is_no_log_is_an_error(string text, string message) =>
        Assert.That(() => ReadAsync(text), Throws.InstanceOf<MultiStageException>().With.Message.Contains(message));

    [Test]
    public void A_file_that_is_missing_is_an_error_that_says_how_to_make_it() => Assert.That(
        () => new ScannerFindings(Image).ReadAsync(_folder["none.sarif"], CancellationToken.None),
        Throws.InstanceOf<MultiStageException>().With.Message.Contains("trivy image --format sarif"));

    private Task<IReadOnlyList<Finding>> ReadAsync(string text)
    {
        File.WriteAllText(_folder["scan.sarif"], text);
        return new ScannerFindings(Image).ReadAsync(_folder["scan.sarif"], CancellationToken.None);
    }
}
