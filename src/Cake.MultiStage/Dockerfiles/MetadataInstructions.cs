namespace Cake.MultiStage.Dockerfiles;

/// <summary><c>ENV</c>: a variable of the stage and of the image.</summary>
/// <param name="Name">The variable's name.</param>
/// <param name="Value">The value, taken literally unless <see cref="Expand"/> is set.</param>
internal sealed record EnvInstruction(string Name, string Value) : Instruction
{
    /// <inheritdoc/>
    public override string Keyword => "ENV";

    /// <summary>Gets a value indicating whether <c>$NAME</c> in the value stands for a variable; <c>\$</c> is a dollar sign then.</summary>
    public bool Expand { get; init; }

    internal override string Write(IReadOnlyList<string> shell) => $"ENV {Name}={Words.Value(Value, Expand)}";

    internal override IEnumerable<string> Problems() =>
        [.. Rules.EnvironmentName(Name), .. Rules.Value($"the value of {Name}", Value, Expand)];
}

/// <summary><c>ARG</c>: a variable that a build may set.</summary>
/// <param name="Name">The argument's name.</param>
/// <param name="Default">The default, taken literally unless <see cref="Expand"/> is set; <see langword="null"/> for none.</param>
internal sealed record ArgInstruction(string Name, string? Default = null) : Instruction
{
    /// <inheritdoc/>
    public override string Keyword => "ARG";

    /// <summary>
    /// Gets a value indicating whether <c>$NAME</c> in the default stands for a variable; <c>\$</c> is a dollar sign then.
    /// </summary>
    public bool Expand { get; init; }

    internal override string Write(IReadOnlyList<string> shell) =>
        Default is null ? $"ARG {Name}" : $"ARG {Name}={Words.Value(Default, Expand)}";

    internal override IEnumerable<string> Problems() =>
        [.. Rules.ArgumentName(Name), .. Default is null ? [] : Rules.Value($"the default of {Name}", Default, Expand)];
}

/// <summary><c>LABEL</c>: a label of the image.</summary>
/// <param name="Name">The label's name.</param>
/// <param name="Value">The value, taken literally unless <see cref="Expand"/> is set.</param>
internal sealed record LabelInstruction(string Name, string Value) : Instruction
{
    /// <inheritdoc/>
    public override string Keyword => "LABEL";

    /// <summary>Gets a value indicating whether <c>$NAME</c> in the value stands for a variable; <c>\$</c> is a dollar sign then.</summary>
    public bool Expand { get; init; }

    internal override string Write(IReadOnlyList<string> shell) => $"LABEL {Words.Value(Name, expand: false)}={Words.Value(Value, Expand)}";

    internal override IEnumerable<string> Problems() => [.. Rules.LabelName(Name), .. Rules.Value($"the value of {Name}", Value, Expand)];
}

/// <summary><c>EXPOSE</c>: a port that containers listen on.</summary>
/// <param name="Port">The port with or without a protocol, a range, or a text with variables: <c>80</c>, <c>53/udp</c>, <c>8000-8010</c>,
/// <c>$PORT</c>.</param>
internal sealed record ExposeInstruction(string Port) : Instruction
{
    /// <inheritdoc/>
    public override string Keyword => "EXPOSE";

    internal override string Write(IReadOnlyList<string> shell) => "EXPOSE " + Words.Word(Port);

    internal override IEnumerable<string> Problems() => Rules.Port(Port);
}

/// <summary><c>VOLUME</c>: a path that containers keep outside the image.</summary>
/// <param name="Path">The absolute path.</param>
internal sealed record VolumeInstruction(string Path) : Instruction
{
    /// <inheritdoc/>
    public override string Keyword => "VOLUME";

    internal override string Write(IReadOnlyList<string> shell) => "VOLUME " + Words.List([Path]);

    internal override IEnumerable<string> Problems() => Rules.AbsolutePath("the volume", Path);
}

/// <summary><c>USER</c>: who runs the commands that follow, and containers.</summary>
/// <param name="User">The user, with a group or without: <c>app</c>, <c>65532:65532</c>.</param>
internal sealed record UserInstruction(string User) : Instruction
{
    /// <inheritdoc/>
    public override string Keyword => "USER";

    internal override string Write(IReadOnlyList<string> shell) => "USER " + Words.Word(User);

    internal override IEnumerable<string> Problems() => Rules.Text("the user", User);
}

/// <summary><c>WORKDIR</c>: the folder that the instructions that follow, and containers, work in.</summary>
/// <param name="Path">The path, relative to the earlier one or absolute.</param>
internal sealed record WorkdirInstruction(string Path) : Instruction
{
    /// <inheritdoc/>
    public override string Keyword => "WORKDIR";

    internal override string Write(IReadOnlyList<string> shell) => "WORKDIR " + Words.Word(Path);

    internal override IEnumerable<string> Problems() => Rules.Text("the path", Path);
}

/// <summary><c>STOPSIGNAL</c>: the signal that asks a container to end.</summary>
/// <param name="Signal">The signal's name or number, such as <c>SIGINT</c> or <c>2</c>.</param>
internal sealed record StopSignalInstruction(string Signal) : Instruction
{
    /// <inheritdoc/>
    public override string Keyword => "STOPSIGNAL";

    internal override string Write(IReadOnlyList<string> shell) => "STOPSIGNAL " + Words.Word(Signal);

    internal override IEnumerable<string> Problems() => Rules.Text("the signal", Signal);
}

/// <summary><c>MAINTAINER</c>: who made the image. Docker prefers the label <c>org.opencontainers.image.authors</c>.</summary>
/// <param name="Name">The name.</param>
internal sealed record MaintainerInstruction(string Name) : Instruction
{
    /// <inheritdoc/>
    public override string Keyword => "MAINTAINER";

    internal override string Write(IReadOnlyList<string> shell) => "MAINTAINER " + Name.Trim();

    internal override IEnumerable<string> Problems() =>
        [
            .. Rules.Text("the name", Name),
            .. Name.TrimEnd().EndsWith('\\')
                ? ["the name ends in a backslash, which would join the next line to it: use a LABEL"]
                : Array.Empty<string>(),
            .. Name.TrimStart().StartsWith("--", StringComparison.Ordinal)
                ? ["the name starts with '--', which reads as a flag: use a LABEL"]
                : Array.Empty<string>(),
        ];
}
