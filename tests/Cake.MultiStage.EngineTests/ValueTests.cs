using Cake.MultiStage.Building;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.EngineTests.Kit;

namespace Cake.MultiStage.EngineTests;

/// <summary>Values survive the way through the Dockerfile into the image.</summary>
[TestFixture(BuilderKind.BuildKit)]
[TestFixture(BuilderKind.Legacy)]
public sealed class ValueTests(BuilderKind builder)
{
    private static readonly string[] Values =
    [
        "plain",
        "two words",
        "  spaces around  ",
        "\"double\" quotes",
        "it's 'single'",
        "$HOME and ${PATH} and $$",
        @"C:\Program Files\new",
        @"ends in a backslash\",
        "a\\\"b\\$c",
        "# no comment",
        "a=b,c;d&e|f<g>h",
        "`date` $(date) !x *?[a]~",
        "naïve Привет 你好 🐳",
        "--flag",
        "<<EOF",
        "{\"json\": [1, \"two\"]}",
        "tab\there",
    ];

    private Workspace _work = null!;

    [OneTimeSetUp]
    public async Task Build_an_image_with_all_values()
    {
        _work = new Workspace();
        await _work.BuildAsync(
            _work.Project(settings =>
            {
                settings.Stages.Add(Stage.From(Workspace.Busybox).Named("base"));
                settings.FinalBase = "base";
                settings.Entrypoint = ["printf", "<%s>"];
                settings.Cmd = [.. Values];
                settings.User = "1000:1000";
                settings.Workdir = "/some where";
                settings.Ports = ["8080", "53/udp"];
                foreach (var (index, value) in Values.Index())
                {
                    settings.Environment[$"VALUE_{index}"] = value;
                    settings.Labels[$"org.example.value-{index}"] = value;
                }
            }),
            builder);
    }

    [OneTimeTearDown]
    public async Task Clean() => await _work.DisposeAsync();

    [Test]
    public async Task Environment_variables_are_as_given()
    {
        var config = await _work.Engine.ConfigAsync(_work.Tag);
        Assert.That(config.Env!.Where(line => line.StartsWith("VALUE_", StringComparison.Ordinal)),
            Is.EqualTo(Values.Select((value, index) => $"VALUE_{index}={value}")));
    }

    [Test]
    public async Task Labels_are_as_given()
    {
        var labels = (await _work.Engine.ConfigAsync(_work.Tag)).Labels!;
        Assert.That(Values.Select((_, index) => labels[$"org.example.value-{index}"]), Is.EqualTo(Values));
    }

    [Test]
    public async Task A_program_gets_its_arguments_as_given()
    {
        var (exitCode, output) = await _work.Engine.RunAsync(_work.Tag);
        Assert.That((exitCode, output), Is.EqualTo((0L, string.Concat(Values.Select(value => $"<{value}>")))));
    }

    [Test]
    public async Task A_program_sees_its_environment_as_given()
    {
        var print = string.Join(';', Values.Select((_, index) => $"printf '<%s>' \"$VALUE_{index}\""));
        var (_, output) = await _work.Engine.RunAsync(_work.Tag, "sh", "-c", print);
        Assert.That(output, Is.EqualTo(string.Concat(Values.Select(value => $"<{value}>"))));
    }

    [Test]
    public async Task User_folder_ports_and_command_are_as_given()
    {
        var config = await _work.Engine.ConfigAsync(_work.Tag);
        Assert.That(config.User, Is.EqualTo("1000:1000"));
        Assert.That(config.WorkingDir, Is.EqualTo("/some where"));
        Assert.That(config.ExposedPorts!.Keys, Is.EquivalentTo(["8080/tcp", "53/udp"]));
        Assert.That(config.Entrypoint, Is.EqualTo(["printf", "<%s>"]));
        Assert.That(config.Cmd, Is.EqualTo(Values));
    }

    [Test]
    public async Task A_program_runs_as_the_user_in_the_folder()
    {
        var (_, output) = await _work.Engine.RunAsync(_work.Tag, "sh", "-c", "id -u; id -g; pwd");
        Assert.That(output, Is.EqualTo("1000\n1000\n/some where\n"));
    }
}
