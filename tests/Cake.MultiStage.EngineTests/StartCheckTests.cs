using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.EngineTests.Kit;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.EngineTests;

/// <summary>
/// What keeps a container from starting is found also where it takes a closer look: permissions on the way, names of users, what loaders
/// inherit.
/// </summary>
public sealed class StartCheckTests : CheckFixture
{
    // A program, and two libraries of which the first needs the second.
    private const string Libraries =
        """
        mkdir -p /own/deep && cd /own && echo 'int two(){return 2;}' > two.c
        echo 'int two(); int one(){return two();}' > one.c && echo 'int one(); int main(){return one()-2;}' > app.c
        gcc -shared -fPIC -o deep/libtwo.so two.c && gcc -shared -fPIC -o libone.so one.c -Ldeep -ltwo
        gcc -o /bin/app app.c -L. -lone -Wl,-rpath-link,deep
        """;

    [Test]
    public async Task A_user_and_a_group_without_a_line_are_told()
    {
        var user = await OneAsync("start-user", settings => settings.User = "nobody-here");
        Assert.That(user.Message, Does.Contain("'nobody-here'").And.Contain("/etc/passwd"));
        var group = await OneAsync("start-user", settings =>
        {
            settings.BuilderImage = Debian;
            settings.FinalBase = Debian;
            settings.Artifacts[0] = new Artifact("/usr/bin/true", "/bin/app");
            settings.User = "nobody:no-such-group";
        });
        Assert.That(group.Message, Does.Contain("'no-such-group'").And.Contain("/etc/group"));
    }

    [Test]
    public async Task A_user_that_the_base_knows_has_no_finding()
    {
        var findings = await FindAsync(settings =>
        {
            settings.BuilderImage = Debian;
            settings.FinalBase = Debian;
            settings.Artifacts[0] = new Artifact("/usr/bin/true", "/bin/app");
            settings.User = "nobody:nogroup";
        });
        Assert.That(findings.Select(finding => finding.Rule), Has.None.StartsWith("start-"));
    }

    [Test]
    public async Task A_program_behind_a_folder_that_is_closed_is_told()
    {
        var found = await OneAsync("start-executable", settings =>
        {
            settings.Commands.Add("mkdir -p /closed/bin && cp /bin/app /closed/bin/ && chmod 700 /closed/bin");
            settings.Artifacts.Add("/closed/", "/");
            settings.Entrypoint = ["/bin/app"];
        });
        Assert.That(found.Message, Does.Contain("can't be reached by user '65532:65532'").And.Contain("'/bin'").And.Contain("700"));
    }

    [TestCase("chmod 600 /srv/app.py", "'/srv/app.py'")]
    [TestCase("chmod 750 /srv", "'/srv'")]
    public async Task A_script_that_the_user_may_not_read_is_told_with_what_is_in_the_way(string command, string obstacle)
    {
        var found = await OneAsync("start-readable", settings =>
        {
            settings.Commands.Add("mkdir -p /srv && touch /srv/app.py && mkdir /x && cp /bin/app /x/python3 && "
                + command
                + " && mkdir /y && cp -a /srv /y/");
            settings.Artifacts.Add("/x/python3", "/usr/bin/python3");
            settings.Artifacts.Add("/y/", "/");
            settings.Entrypoint = ["python3", "/srv/app.py"];
        });
        Assert.That(found.Message, Does.Contain("'/srv/app.py' can't be read").And.Contain("the mode of " + obstacle));
    }

    [Test]
    public async Task A_Java_launcher_without_its_machine_is_told()
    {
        var found = await OneAsync("start-java", settings =>
        {
            settings.Commands.Add("touch /a.jar");
            settings.Artifacts.Add("/bin/app", "/opt/jre/bin/java");
            settings.Artifacts.Add("/a.jar");
            settings.Entrypoint = ["/opt/jre/bin/java", "-jar", "/a.jar"];
        });
        Assert.That(found.Message, Does.Contain("/opt/jre/lib/server/libjvm.so"));
    }

    [Test]
    public async Task A_library_that_only_the_programs_own_new_search_path_leads_to_is_missing_for_another()
    {
        var found = await OneAsync("start-libraries", settings => Own(settings, "-Wl,--enable-new-dtags,-rpath,/own:/own/deep"));
        Assert.That(found.Message, Does.Contain("'/own/libone.so' needs the library 'libtwo.so'"));
        Assert.That(await RunAsync(), Is.EqualTo(127), "the loader says so too");
    }

    [Test]
    public async Task A_library_that_an_old_search_path_leads_to_is_there()
    {
        var findings = await FindAsync(settings => Own(settings, "-Wl,--disable-new-dtags,-rpath,/own:/own/deep"));
        Assert.That(findings.Where(finding => finding.Rule.StartsWith("start-", StringComparison.Ordinal)), Is.Empty);
        Assert.That(await RunAsync(), Is.Zero);
    }

    [Test]
    public async Task The_loader_of_musl_inherits_a_new_search_path()
    {
        void Musl(ProjectSettings settings, string path)
        {
            Own(settings, $"-nostdlib -Wl,-e,main,--enable-new-dtags,--dynamic-linker=/lib/ld-musl-x86_64.so.1,-rpath,{path}");
            settings.FinalBase = "scratch";
            settings.Artifacts.Add("/own/libone.so", "/lib/ld-musl-x86_64.so.1");
        }

        Assert.That(
            (await FindAsync(settings => Musl(settings, "/own:/own/deep"))).Where(
                finding => finding.Rule.StartsWith("start-", StringComparison.Ordinal)), Is.Empty);
        Assert.That((await OneAsync("start-libraries", settings => Musl(settings, "/own"))).Message,
            Does.Contain("'/own/libone.so' needs the library 'libtwo.so'"));
    }

    [Test]
    public async Task A_library_that_the_loaders_cache_leads_to_is_there()
    {
        var findings = await FindAsync(settings =>
        {
            Own(settings, "");
            settings.FinalBase = "cached";
            settings.Stages.Add(Stage.From(Debian)
                .Named("cached")
                .CopyFrom("builder", "/own", "/own")
                .Run("printf '/own\\n/own/deep\\n' > /etc/ld.so.conf.d/own.conf && ldconfig"));
        });
        Assert.That(findings.Where(finding => finding.Rule.StartsWith("start-", StringComparison.Ordinal)), Is.Empty);
        Assert.That(await RunAsync(), Is.Zero);
    }

    [Test]
    public async Task A_working_folder_that_is_a_file_is_told()
    {
        var found = await OneAsync("start-folder", settings =>
        {
            settings.FinalBase = "odd";
            settings.Stages.Add(Stage.From(Workspace.Busybox).Named("odd").Workdir("/odd").Run("cd / && rmdir /odd && touch /odd"));
        });
        Assert.That(found.Message, Does.Contain("'/odd' is a file"));
    }

    private static void Own(ProjectSettings settings, string flags)
    {
        settings.BuilderImage = "gcc:14";
        settings.FinalBase = Debian;
        settings.Commands.Clear();
        foreach (var line in Libraries.Split('\n'))
        {
            settings.Commands.Add("cd /own 2>/dev/null || true; "
                + (line.Contains("-o /bin/app", StringComparison.Ordinal) ? $"{line} {flags}" : line));
        }

        settings.Artifacts.Add("/own/", "/own/");
    }

    private async Task<long> RunAsync() => (await Work.Engine.RunAsync(Work.Tag)).ExitCode;
}
