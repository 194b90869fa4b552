using Cake.Core.IO;
using Cake.MultiStage.Aliases;
using Cake.MultiStage.Checking;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.EngineTests.Kit;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.EngineTests;

/// <summary>What a real program is going to want is seen in it, and only where it is so.</summary>
public sealed class NeedCheckTests : CheckFixture
{
    private const string Client =
        """import "net/http"; func main() { _, err := http.Get("https://example.com/"); if err != nil { panic(err) } }""";
    private const string Server = """import "net/http"; func main() { panic(http.ListenAndServe(":8080", nil)) }""";
    private const string Health =
        """import ("net/http"; "os"); func main() { _, err := http.Get(os.Args[1]); if err != nil { panic(err) } }""";
    private const string Zone = """import ("fmt"; "os"; "time"); func main() { fmt.Println(time.LoadLocation(os.Args[1])) }""";
    private const string OwnZones =
        """import ("fmt"; "os"; "time"; _ "time/tzdata"); func main() { fmt.Println(time.LoadLocation(os.Args[1])) }""";
    private const string Hello = """import ("fmt"; "time"); func main() { fmt.Println("hello", time.Now()) }""";
    private const string Temporary = """import "os"; func main() { _, err := os.CreateTemp("", "x"); if err != nil { panic(err) } }""";

    [TestCase(Client, "needs-certificates", FindingLevel.Warning)]
    [TestCase(Health, "needs-certificates", FindingLevel.Note)]
    [TestCase(Zone, "needs-zones", FindingLevel.Note)]
    [TestCase(Temporary, "needs-tmp", FindingLevel.Note)]
    public async Task What_a_Go_program_wants_and_does_not_get_is_told(string source, string rule, FindingLevel level)
    {
        var findings = await FindAsync(settings => Go(settings, source));
        Assert.That(findings.Select(finding => (finding.Rule, finding.Level)), Is.EqualTo(new[] { (rule, level) }));
        Assert.That(findings[0].Fix, Does.Contain("= true"));
    }

    [TestCase(Hello)]
    [TestCase(Server)]
    [TestCase(OwnZones)]
    public async Task A_Go_program_that_wants_nothing_has_no_finding(string source) =>
        Assert.That(await FindAsync(settings => Go(settings, source)), Is.Empty);

    [TestCase(Client)]
    [TestCase(Zone)]
    [TestCase(Temporary)]
    public async Task What_a_Go_program_gets_is_not_missing(string source) => Assert.That(
        await FindAsync(settings =>
        {
            Go(settings, source);
            (settings.CaCertificates, settings.TimeZones, settings.TemporaryDirectory) = (true, true, true);
        }),
        Is.Empty);

    [Test]
    public async Task The_hello_of_the_recipes_wants_nothing()
    {
        var project = Work.Cake.MultiStageGo(new DirectoryPath(Repository.File("recipes", "go-scratch")), go =>
        {
            go.BuilderImage = "golang:1.24";
            go.Tags.Add(Work.Tag);
        });
        Assert.That(await FindAsync(await Work.Cake.MultiStageMeasureAsync(await Work.Cake.MultiStageBuildAsync(project))), Is.Empty);
    }

    [Test]
    public async Task A_time_zone_that_is_set_and_not_there_is_told()
    {
        var found = await OneAsync("needs-zones", settings => settings.Environment["TZ"] = "Europe/Berlin");
        Assert.That(found.Message, Does.Contain("'Europe/Berlin'").And.Contain("UTC"));
        Assert.That(await FindAsync(settings => settings.Environment["TZ"] = "UTC"), Is.Empty);
    }

    [Test]
    public async Task A_folder_for_temporary_files_that_is_set_and_may_not_be_written_to_is_told()
    {
        var found = await OneAsync("needs-tmp", settings =>
        {
            settings.Commands.Add("mkdir -p /spool");
            settings.Artifacts.Add("/spool", "/spool");
            settings.Environment["TMPDIR"] = "/spool";
        });
        Assert.That(found.Message, Does.Contain("'65532:65532' may not write to '/spool'"));
    }

    [Test]
    public async Task A_program_of_OpenSSL_without_certificates_is_told()
    {
        var found = await OneAsync("needs-certificates", settings =>
        {
            settings.BuilderImage = "gcc:14";
            settings.FinalBase = Debian;
            settings.Commands.Clear();
            settings.Commands.Add(
                "mkdir /lib-ssl && echo 'void *SSL_CTX_set_default_verify_paths(void *c){return c;}' | gcc -shared -fPIC "
                    + "-Wl,-soname,libssl.so.3 -o /lib-ssl/libssl.so.3 -xc -");
            settings.Commands.Add(
                "echo 'void *SSL_CTX_set_default_verify_paths(void *); int main(){return SSL_CTX_set_default_verify_paths(0)!=0;}' | gcc "
                    + "-o /bin/app -xc - -xnone /lib-ssl/libssl.so.3");
            settings.Artifacts.Add("/lib-ssl/libssl.so.3", "/usr/lib/libssl.so.3");
        });
        Assert.That(found.Message, Does.Contain("/bin/app' calls others by TLS"));
    }

    private static void Go(ProjectSettings settings, string source)
    {
        // A cache of their own, so that the standard library is compiled once for all tests.
        var build =
            $"mkdir -p /go-app && printf '%s\\n' 'package main' '{source}' > /go-app/main.go && CGO_ENABLED=0 go build -trimpath "
                + "-ldflags='-s -w' -o /bin/app /go-app/main.go";
        settings.BuilderImage = "golang:1.24";
        settings.Stages.Add(Stage.From("golang:1.24").Named("go").Run(build, RunMount.Cache("/root/.cache/go-build", "need-check-tests")));
        settings.Artifacts[0] = new Artifact("/bin/app", "/bin/app", "go");
    }
}
