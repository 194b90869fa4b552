using System.Text.RegularExpressions;
using Cake.MultiStage.Images;
using Cake.MultiStage.Projects.Toolchains;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects.Toolchains;

/// <summary>The dated table, and what it tells of an image.</summary>
internal sealed class ToolchainTableTests
{
    private static readonly DateOnly Day = new(2026, 11, 29);

    private static ToolchainTable Table => ToolchainTable.Default;

    [TestCase("golang:1.27", true)]
    [TestCase("node:24-slim", true)]
    [TestCase("python:3.14-alpine", true)]
    [TestCase("mcr.microsoft.com/dotnet/sdk:10.0-noble-aot", true)]
    [TestCase("mcr.microsoft.com/dotnet/aspnet:8.0-noble-chiseled-extra", true)]
    [TestCase("gcr.io/distroless/java17-debian13:nonroot", true)]
    [TestCase("gradle:9-jdk25", true)]
    [TestCase("busybox:1", true)]
    [TestCase("mcr.microsoft.com/dotnet/sdk:8.0-noble-aot", false)]
    [TestCase("gradle:8-jdk25", false)]
    [TestCase("gcr.io/distroless/nodejs18-debian13:nonroot", false)]
    [TestCase("gcr.io/distroless/java17-debian12:nonroot", false)]
    [TestCase("busybox:stable", false)]
    [TestCase("rust:beta", false)]
    [TestCase("node:21-slim", false)]
    public void An_image_is_listed_where_its_publisher_rebuilds_it(string reference, bool listed) =>
        Assert.That(Table.IsListed(reference), Is.EqualTo(listed));

    [Test]
    public void What_is_no_longer_rebuilt_can_still_be_pulled() => Assert.Multiple(() =>
    {
        Assert.That(Table.Exists("golang:1.21"));
        Assert.That(Table.Exists("mcr.microsoft.com/dotnet/sdk:8.0-noble-aot"), Is.False);
        Assert.That(Table.First("mcr.microsoft.com/dotnet/sdk:9.0-noble-aot", "mcr.microsoft.com/dotnet/sdk:9.0-noble"),
            Is.EqualTo("mcr.microsoft.com/dotnet/sdk:9.0-noble"));
        Assert.That(Table.First("none:1"), Is.Null);
    });

    [TestCase("node:20-slim", "Node.js", "20 (iron)", "2026-04-30", "22 (jod)", "26")]
    [TestCase("node:20.11.1-bookworm-slim", "Node.js", "20 (iron)", "2026-04-30", "22 (jod)", "26")]
    [TestCase("node:jod-slim", "Node.js", "22 (jod)", "2027-04-30", "24 (krypton)", "26")]
    [TestCase("golang:1.21", "Go", "1.21", "2024-08-13", "1.26", "1.27")]
    [TestCase("docker.io/library/golang:1.25.0-alpine", "Go", "1.25", "2026-08-19", "1.26", "1.27")]
    [TestCase("python:3.9-slim", "Python", "3.9", "2025-10-31", "3.11", "3.14")]
    [TestCase("mcr.microsoft.com/dotnet/aspnet:8.0", ".NET", "8.0", "2026-11-10", "10.0", "10.0")]
    [TestCase("mcr.microsoft.com/dotnet/sdk:9.0.317-noble", ".NET", "9.0", "2026-11-10", "10.0", "10.0")]
    [TestCase("mcr.microsoft.com/dotnet/runtime-deps:10.0-noble-chiseled", ".NET", "10.0", "2028-11-14", null, null)]
    [TestCase("gcr.io/distroless/nodejs20-debian12:nonroot", "Node.js", "20 (iron)", "2026-04-30", "22 (jod)", "26")]
    [TestCase("gcr.io/distroless/static-debian12:nonroot", "Debian", "12 (bookworm)", "2028-06-30", "13 (trixie)", "13 (trixie)")]
    [TestCase("debian:bullseye-slim", "Debian", "11 (bullseye)", "2026-08-31", "12 (bookworm)", "13 (trixie)")]
    [TestCase("node:24-bullseye-slim", "Debian", "11 (bullseye)", "2026-08-31", "12 (bookworm)", "13 (trixie)")]
    [TestCase("rust:1.98-alpine3.21", "Alpine Linux", "3.21", "2026-11-01", "3.22", "3.24")]
    [TestCase("alpine:3.18", "Alpine Linux", "3.18", "2025-05-09", "3.22", "3.24")]
    [TestCase("ubuntu:jammy", "Ubuntu", "22.04 (jammy)", "2027-04-01", "24.04 (noble)", "26.04 (resolute)")]
    [TestCase("eclipse-temurin:24-jre", "Java (Eclipse Temurin)", "24", "2025-09-16", "25", "25")]
    [TestCase("maven:3-eclipse-temurin-17-alpine", "Java (Eclipse Temurin)", "17", "2027-10-31", "21", "25")]
    [TestCase("php:8.1-fpm-alpine", "PHP", "8.1", "2025-12-31", "8.2", "8.5")]
    [TestCase("nginxinc/nginx-unprivileged:1.28-alpine", "nginx", "1.28", "2026-04-14", "1.30", "1.31")]
    public void The_support_of_a_base_is_that_of_what_ends_first(string image, string product, string version, string end, string? next,
        string? newest)
    {
        var support = Table.SupportOf(ImageReference.Parse(image), Day)!;
        Assert.Multiple(() =>
        {
            Assert.That((support.Product, support.Version, support.EndOfLife),
                Is.EqualTo((product, version, DateOnly.Parse(end, System.Globalization.CultureInfo.InvariantCulture))));
            Assert.That((support.Next, support.Newest), Is.EqualTo((next, newest)));
            Assert.That(support.Source, Does.Contain("2026-"));
        });
    }

    [TestCase("golang:1", TestName = "a tag that moves along")]
    [TestCase("golang:1.27", TestName = "a release that its successor ends")]
    [TestCase("debian:stable-slim")]
    [TestCase("node:lts-slim")]
    [TestCase("node")]
    [TestCase("alpine:3")]
    [TestCase("busybox:1")]
    [TestCase("registry.example.com/team/node:20")]
    [TestCase("postgres:9")]
    [TestCase("golang@sha256:4746d26432a9117a5f58e95cb9f954ddf0de128e9d5816886514199316e4a2fb")]
    public void An_image_of_which_no_date_is_known_has_none(string image) =>
        Assert.That(Table.SupportOf(ImageReference.Parse(image), Day), Is.Null);

    [Test]
    public void The_table_is_whole() => Assert.Multiple(() =>
    {
        Assert.That(Ids(), Has.Length.GreaterThan(15));
        Assert.That(Table.Date, Is.EqualTo(Day));
        foreach (var toolchain in Ids().Select(id => Table[id]))
        {
            Assert.That(toolchain.Source, Does.Match("20[0-9]{2}-[0-9]{2}-[0-9]{2}"), toolchain.Id);
            Assert.That(toolchain.Releases.Select(release => VersionText.Parse(release.Version)), Is.Ordered.Descending, toolchain.Id);
            Assert.That(toolchain.Releases.Where(release => release.End < release.Released), Is.Empty, toolchain.Id);
            Assert.That(toolchain.Supported(Table.Date), Is.Not.Empty, toolchain.Id);
        }

        foreach (var reference in Table.Images.SelectMany(image => image.References()))
        {
            Assert.That(ImageReference.TryParse(reference, out _), reference);
        }

        Assert.That(Table.Images.SelectMany(image => image.References()), Is.Unique);
        Assert.That(Table.Images.Where(image => image.Toolchain is not null)
            .SelectMany(image => image.References().Select(reference => image.Pattern.IsMatch(reference))), Is.All.True);
    });

    private static string[] Ids()
    {
        using var reader = new StreamReader(typeof(ToolchainTable).Assembly.GetManifestResourceStream("toolchains.toml")!);
        return [.. Regex.Matches(reader.ReadToEnd(), "(?<=^id = \").+(?=\")", RegexOptions.Multiline | RegexOptions.CultureInvariant)
            .Select(match => match.Value)];
    }
}
