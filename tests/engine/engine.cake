// Cake tasks for the Docker engine that samples and tests need. In build.cake:
//
//   #load "./tests/engine/engine.cake"
//   Task("Test").IsDependentOn("Engine")…
//   RunTarget(target);
//   if (engineHost is not null) Console.WriteLine($"DOCKER_HOST={engineHost}");

// Where the engine answers, once the task Engine has run. Everything later in the same run finds it in DOCKER_HOST.
string engineHost = null;

Task("Engine")
    .Description("Makes sure that a Docker engine answers and has the base images (tests/engine/up).")
    .Does(() => BringUpEngine());

Task("Engine-Images")
    .Description("Makes sure that a Docker engine answers and has every base image of the engine tests (tests/engine/up --all).")
    .Does(() => BringUpEngine("--all"));

Task("Engine-Images-Ahead")
    .Description("Begins in the background what Engine-Images waits for.")
    .WithCriteria(() => !IsRunningOnWindows(), "the private engine is for Linux")
    .Does(() => StartAndReturnProcess("bash", new ProcessSettings
    {
        // Nobody reads its output: Engine-Images says what is there, or what could not be made.
        Arguments = new ProcessArgumentBuilder().Append("-c").AppendQuoted("exec tests/engine/up --all >/dev/null 2>&1"),
    }));

// Where the newest engine that is known answers, once the task Newer-Engine has run.
string newerEngineHost = null;

Task("Newer-Engine")
    .Description("Makes sure that a private engine of Docker 28 with containerd's image store runs, with its own client beside it.")
    .Does(() =>
{
    const string Prefix = "DOCKER_HOST=";
    var images = "golang:1.21 debian:trixie-slim mcr.microsoft.com/dotnet/sdk:10.0 mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled-extra";
    var home = MakeAbsolute(Directory("./artifacts/newer-engine")).FullPath;
    var exitCode = StartProcess("bash", new ProcessSettings
    {
        Arguments = new ProcessArgumentBuilder().AppendQuoted(MakeAbsolute(File("./tests/engine/up")).FullPath)
            .Append($"--engine 28 --containerd-store {images}"),
        EnvironmentVariables = new Dictionary<string, string> { ["ENGINE_HOME"] = home, ["DOCKER_HOST"] = $"unix://{home}/none.sock" },
        RedirectStandardOutput = true,
        RedirectedStandardOutputHandler = line =>
        {
            if (line is not null && line.StartsWith(Prefix, StringComparison.Ordinal)) newerEngineHost = line[Prefix.Length..];
            else Information("{0}", line);
            return line;
        },
    });
    if (exitCode != 0 || newerEngineHost is null) throw new CakeException("No Docker 28: see the lines above.");
});

Task("Engine-Down")
    .Description("Stops the private engines that Engine and Newer-Engine started, if any (tests/engine/down).")
    .WithCriteria(() => !IsRunningOnWindows(), "the private engine is for Linux")
    .Does(() =>
{
    foreach (var home in new[] { null, MakeAbsolute(Directory("./artifacts/newer-engine")).FullPath })
    {
        var how = new ProcessSettings
        {
            Arguments = new ProcessArgumentBuilder().AppendQuoted(MakeAbsolute(File("./tests/engine/down")).FullPath),
        };
        if (home != null) how.EnvironmentVariables = new Dictionary<string, string> { ["ENGINE_HOME"] = home };
        if (StartProcess("bash", how) != 0) throw new CakeException("tests/engine/down failed.");
    }

    engineHost = newerEngineHost = null;
});

void BringUpEngine(params string[] options)
{
    const string Prefix = "DOCKER_HOST=";
    if (IsRunningOnWindows())
    {
        // No bash to rely on, and no private engine: only say whether one answers.
        int check = StartProcess("docker", new ProcessSettings
        {
            Arguments = "version --format {{.Server.Version}}",
            RedirectStandardOutput = true,
            RedirectedStandardOutputHandler = line =>
            {
                if (!string.IsNullOrEmpty(line)) Information("{0}", $"Docker {line} answers.");
                return line;
            },
        });
        if (check != 0) throw new CakeException("No Docker engine answers: start Docker, or point DOCKER_HOST at one.");
        engineHost = EnvironmentVariable("DOCKER_HOST") ?? "npipe:////./pipe/docker_engine";
        return;
    }

    string host = null;
    var arguments = new ProcessArgumentBuilder().AppendQuoted(MakeAbsolute(File("./tests/engine/up")).FullPath);
    foreach (var option in options) arguments.Append(option);
    int exitCode = StartProcess("bash", new ProcessSettings
    {
        Arguments = arguments,
        RedirectStandardOutput = true,
        RedirectedStandardOutputHandler = line =>
        {
            if (line is null) return line;
            if (line.StartsWith(Prefix, StringComparison.Ordinal)) host = line[Prefix.Length..];
            else Information("{0}", line);
            return line;
        },
    });
    if (exitCode != 0 || host is null) throw new CakeException("No Docker engine: see the lines above.");

    engineHost = host;
    System.Environment.SetEnvironmentVariable("DOCKER_HOST", host);
}
