using System.Text;
using Cake.MultiStage.Checking;
using Cake.MultiStage.Checking.Programs;
using Cake.MultiStage.Checking.Rules;
using Cake.MultiStage.Tests.Measuring;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Checking;

/// <summary>What the content of programs shows, and what an older glibc then lacks.</summary>
public sealed class ProgramTracesTests
{
    [Test]
    [Platform("Linux")]
    public void The_version_of_glibc_is_read_from_the_C_library_of_this_host()
    {
        var library = LoaderCache.Read(File.Exists("/etc/ld.so.cache")
            ? File.ReadAllBytes("/etc/ld.so.cache")
            : [])["libc.so.6"].FirstOrDefault();
        Assume.That(library, Is.Not.Null, "this host's C library is not glibc");
        Assert.That(WholeFile.Traces("libc.so.6", File.ReadAllBytes(library!)).Glibc,
            Is.GreaterThan(new Version(2, 10)).And.LessThan(new Version(3, 0)));
    }

    [Test]
    public void A_function_counts_under_its_whole_name()
    {
        Assert.That(Go("\0os.CreateTemp\0").MakesTemporaryFiles, Is.True);
        Assert.That(Go("\0os.CreateTempFor\0 text: os.CreateTemp").MakesTemporaryFiles, Is.False);
    }

    [TestCase("\0net/http.(*Transport).dialConn\0https://example.com/", nameof(Likelihood.Likely))]
    [TestCase("\0net/http.(*Transport).dialConn\0see https://go.dev/issue/1", nameof(Likelihood.Possible))]
    [TestCase("\0net/http.(*Transport).dialConn\0https://a.b golang.org/x/crypto/x509roots/fallback.init", nameof(Likelihood.No))]
    [TestCase("\0crypto/tls.(*Conn).clientHandshake\0https://example.com/", nameof(Likelihood.No))]
    public void A_Go_program_that_dials_wants_certificates(string content, string likelihood) =>
        Assert.That(Go(content).TrustsSystemCertificates.ToString(), Is.EqualTo(likelihood));

    [Test]
    public void What_a_library_could_do_is_possible_only() =>
        Assert.That(
            ProgramTraces.None.And(WholeFile.Traces("libcurl.so.4", "\0SSL_CTX_set_default_verify_paths\0"u8)).TrustsSystemCertificates,
            Is.EqualTo(Likelihood.Possible));

    [TestCase("2.31", 1)]
    [TestCase("2.36", 0)]
    public void An_older_glibc_lacks_the_libraries_that_it_loads_to_resolve_names(string version, int count)
    {
        var program = new StartedProgram("/bin/app")
            { Path = "/bin/app", ElfPath = "/bin/app",
                Traces = WholeFile.Traces("app", "\0getaddrinfo\0"u8)
                    .And(WholeFile.Traces("libc.so.6", Encoding.ASCII.GetBytes($"GNU C Library stable release version {version}.\n"))) };
        var image = new CheckedImage(
            AnalysisTests.Image([AnalysisTests.File("/bin/app", 1), AnalysisTests.File("/lib/libnss_files.so.2", 1)]), new ImageSettings(),
            new StartedPrograms { Program = program });
        var findings = new ResolverExists().Check(image).ToList();
        Assert.That(findings, Has.Count.EqualTo(count));
        Assert.That(findings.Select(finding => finding.Message), Has.All.Contain("glibc 2.31").And.All.Contain("libnss_dns.so.2"));
    }

    private static ProgramTraces Go(string content) => WholeFile.Traces("app", Encoding.Latin1.GetBytes("\u00ff Go buildinf:" + content));
}
