namespace Cake.MultiStage.Dockerfiles;

/// <content>The instructions, as methods that each return a new stage.</content>
public sealed partial record Stage
{
    /// <summary>Runs a command in the stage's shell.</summary>
    /// <param name="command">The command, of any number of lines.</param>
    /// <param name="mounts">What is mounted meanwhile.</param>
    /// <returns>The new stage.</returns>
    public Stage Run(string command, params RunMount[] mounts) => With(new RunInstruction(new ShellCommand(command)) { Mounts = mounts });

    /// <summary>Runs a program without a shell.</summary>
    /// <param name="exec">The program and its arguments.</param>
    /// <param name="mounts">What is mounted meanwhile.</param>
    /// <returns>The new stage.</returns>
    public Stage Run(string[] exec, params RunMount[] mounts) => With(new RunInstruction(new ExecCommand(exec)) { Mounts = mounts });

    /// <summary>Copies from the build context.</summary>
    /// <param name="source">The path or pattern.</param>
    /// <param name="destination">Where to; a folder ends in <c>/</c>.</param>
    /// <returns>The new stage.</returns>
    public Stage Copy(string source, string destination) => Copy([source], destination);

    /// <summary>Copies from the build context.</summary>
    /// <param name="sources">The paths or patterns.</param>
    /// <param name="destination">Where to; a folder ends in <c>/</c>.</param>
    /// <returns>The new stage.</returns>
    public Stage Copy(IEnumerable<string> sources, string destination) => With(new CopyInstruction([.. sources], destination));

    /// <summary>Copies from a stage or an image.</summary>
    /// <param name="stageOrImage">The stage's name, or the image.</param>
    /// <param name="source">The path or pattern there.</param>
    /// <param name="destination">Where to; a folder ends in <c>/</c>.</param>
    /// <returns>The new stage.</returns>
    public Stage CopyFrom(string stageOrImage, string source, string destination) => CopyFrom(stageOrImage, [source], destination);

    /// <summary>Copies from a stage or an image.</summary>
    /// <param name="stageOrImage">The stage's name, or the image.</param>
    /// <param name="sources">The paths or patterns there.</param>
    /// <param name="destination">Where to; a folder ends in <c>/</c>.</param>
    /// <returns>The new stage.</returns>
    public Stage CopyFrom(string stageOrImage, IEnumerable<string> sources, string destination) =>
        With(new CopyInstruction([.. sources], destination) { From = stageOrImage });

    /// <summary>Adds from the build context, a URL or a git repository.</summary>
    /// <param name="source">The path, pattern or address.</param>
    /// <param name="destination">Where to; a folder ends in <c>/</c>.</param>
    /// <returns>The new stage.</returns>
    public Stage Add(string source, string destination) => Add([source], destination);

    /// <summary>Adds from the build context, URLs or git repositories.</summary>
    /// <param name="sources">The paths, patterns or addresses.</param>
    /// <param name="destination">Where to; a folder ends in <c>/</c>.</param>
    /// <returns>The new stage.</returns>
    public Stage Add(IEnumerable<string> sources, string destination) => With(new AddInstruction([.. sources], destination));

    /// <summary>Sets the working folder.</summary>
    /// <param name="path">The path.</param>
    /// <returns>The new stage.</returns>
    public Stage Workdir(string path) => With(new WorkdirInstruction(path));

    /// <summary>Sets a variable to a literal value.</summary>
    /// <param name="name">The name.</param>
    /// <param name="value">The value.</param>
    /// <returns>The new stage.</returns>
    public Stage Env(string name, string value) => With(new EnvInstruction(name, value));

    /// <summary>Declares a build argument.</summary>
    /// <param name="name">The name.</param>
    /// <param name="defaultValue">The literal default; <see langword="null"/> for none.</param>
    /// <returns>The new stage.</returns>
    public Stage Arg(string name, string? defaultValue = null) => With(new ArgInstruction(name, defaultValue));

    /// <summary>Sets a label to a literal value.</summary>
    /// <param name="name">The name.</param>
    /// <param name="value">The value.</param>
    /// <returns>The new stage.</returns>
    public Stage Label(string name, string value) => With(new LabelInstruction(name, value));

    /// <summary>Exposes a port.</summary>
    /// <param name="port">The port, 1 to 65535.</param>
    /// <param name="protocol"><c>tcp</c>, <c>udp</c> or <c>sctp</c>; <see langword="null"/> for Docker's default, <c>tcp</c>.</param>
    /// <returns>The new stage.</returns>
    public Stage Expose(int port, string? protocol = null) =>
        With(new ExposeInstruction(Words.Number(port) + (protocol is null ? "" : "/" + protocol)));

    /// <summary>Declares a volume.</summary>
    /// <param name="path">The absolute path.</param>
    /// <returns>The new stage.</returns>
    public Stage Volume(string path) => With(new VolumeInstruction(path));

    /// <summary>Sets the user.</summary>
    /// <param name="user">The user, with a group or without.</param>
    /// <returns>The new stage.</returns>
    public Stage User(string user) => With(new UserInstruction(user));

    /// <summary>Sets the entry point, in exec form.</summary>
    /// <param name="exec">The program and its arguments.</param>
    /// <returns>The new stage.</returns>
    public Stage Entrypoint(params string[] exec) => With(new EntrypointInstruction(new ExecCommand(exec)));

    /// <summary>Sets the command, in exec form.</summary>
    /// <param name="exec">The program and its arguments.</param>
    /// <returns>The new stage.</returns>
    public Stage Cmd(params string[] exec) => With(new CmdInstruction(new ExecCommand(exec)));

    /// <summary>Sets the health check, in exec form.</summary>
    /// <param name="exec">The program and its arguments.</param>
    /// <returns>The new stage.</returns>
    public Stage Healthcheck(params string[] exec) => Healthcheck(new HealthcheckInstruction(new ExecCommand(exec)));

    /// <summary>Sets the health check.</summary>
    /// <param name="healthcheck">The check with its times, or <see cref="HealthcheckInstruction.None"/>.</param>
    /// <returns>The new stage.</returns>
    public Stage Healthcheck(HealthcheckInstruction healthcheck) => With(healthcheck);

    /// <summary>Sets the signal that asks a container to end.</summary>
    /// <param name="signal">The name or number.</param>
    /// <returns>The new stage.</returns>
    public Stage StopSignal(string signal) => With(new StopSignalInstruction(signal));

    /// <summary>Sets the shell.</summary>
    /// <param name="exec">The shell and its arguments.</param>
    /// <returns>The new stage.</returns>
    public Stage Shell(params string[] exec) => With(new ShellInstruction(exec));

    /// <summary>Adds an instruction for builds that start from the image.</summary>
    /// <param name="trigger">The instruction.</param>
    /// <returns>The new stage.</returns>
    public Stage OnBuild(Instruction trigger) => With(new OnBuildInstruction(trigger));

    /// <summary>Adds text as it is.</summary>
    /// <param name="text">The text of one or more instructions, none of them <c>FROM</c>.</param>
    /// <returns>The new stage.</returns>
    public Stage Raw(string text) => With(new RawInstruction(text));
}
