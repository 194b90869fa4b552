namespace Cake.MultiStage.Dockerfiles;

/// <summary><c>COPY</c>: files from the build context, a stage or an image into the stage.</summary>
/// <param name="Sources">The sources; wildcards of Go's <c>filepath.Match</c> and variables are understood.</param>
/// <param name="Destination">Where to; a folder ends in <c>/</c>.</param>
public sealed record CopyInstruction(IReadOnlyList<string> Sources, string Destination) : Instruction
{
    /// <inheritdoc/>
    public override string Keyword => "COPY";

    /// <summary>Gets the stage or image to copy from; <see langword="null"/> for the build context.</summary>
    public string? From { get; init; }

    /// <summary>Gets the owner, such as <c>app:app</c>.</summary>
    public string? Chown { get; init; }

    /// <summary>Gets the permissions, such as <c>0755</c>. Needs BuildKit.</summary>
    public string? Chmod { get; init; }

    /// <summary>Gets a value indicating whether the files make a layer of their own that later builds can move. Needs BuildKit.</summary>
    public bool Link { get; init; }

    /// <summary>Gets a value indicating whether the sources keep their folders. Needs BuildKit.</summary>
    public bool Parents { get; init; }

    /// <summary>Gets the patterns of what to leave out. Needs BuildKit.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>Gets files whose content stands in the Dockerfile. Needs BuildKit.</summary>
    public IReadOnlyList<InlineFile> Files { get; init; } = [];

    internal override string Write(IReadOnlyList<string> shell)
    {
        var flags = new Flags().Add("from", From).Add("chown", Chown).Add("chmod", Chmod).Add("link", Link).Add("parents", Parents);
        foreach (var pattern in Exclude)
        {
            flags.Add("exclude", pattern);
        }

        return "COPY " + Transfer.Write(flags, Sources, Files, Destination);
    }

    internal override IEnumerable<string> Problems() =>
        [
            .. Transfer.Problems(Sources, Files, Destination, Exclude, Chown, Chmod),
            .. From is null ? Sources.SelectMany(Rules.InsideContext) : [],
            .. From is not null && Files.Count > 0
                ? ["an inline file cannot come from a stage: use two instructions"]
                : Array.Empty<string>(),
        ];
}

/// <summary><c>ADD</c>: files from the build context, a URL or a git repository into the stage; local archives are unpacked.</summary>
/// <param name="Sources">The sources; wildcards of Go's <c>filepath.Match</c> and variables are understood.</param>
/// <param name="Destination">Where to; a folder ends in <c>/</c>.</param>
public sealed record AddInstruction(IReadOnlyList<string> Sources, string Destination) : Instruction
{
    /// <inheritdoc/>
    public override string Keyword => "ADD";

    /// <summary>Gets the owner, such as <c>app:app</c>.</summary>
    public string? Chown { get; init; }

    /// <summary>Gets the permissions, such as <c>0755</c>. Needs BuildKit.</summary>
    public string? Chmod { get; init; }

    /// <summary>Gets a value indicating whether the files make a layer of their own that later builds can move. Needs BuildKit.</summary>
    public bool Link { get; init; }

    /// <summary>Gets the patterns of what to leave out. Needs BuildKit.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>Gets files whose content stands in the Dockerfile. Needs BuildKit.</summary>
    public IReadOnlyList<InlineFile> Files { get; init; } = [];

    /// <summary>Gets a value indicating whether a git source keeps its <c>.git</c>. Needs BuildKit.</summary>
    public bool KeepGitDirectory { get; init; }

    /// <summary>Gets the digest that a remote source must have. Needs BuildKit.</summary>
    public string? Checksum { get; init; }

    /// <summary>Gets whether archives are unpacked; <see langword="null"/> for Docker's default: local ones are. Needs BuildKit.</summary>
    public bool? Unpack { get; init; }

    internal override string Write(IReadOnlyList<string> shell)
    {
        var flags = new Flags()
            .Add("chown", Chown)
            .Add("chmod", Chmod)
            .Add("link", Link)
            .Add("keep-git-dir", KeepGitDirectory)
            .Add("checksum", Checksum);
        flags.Add("unpack", Unpack switch { true => "true", false => "false", null => null });
        foreach (var pattern in Exclude)
        {
            flags.Add("exclude", pattern);
        }

        return "ADD " + Transfer.Write(flags, Sources, Files, Destination);
    }

    internal override IEnumerable<string> Problems() =>
        [
            .. Transfer.Problems(Sources, Files, Destination, Exclude, Chown, Chmod),
            .. Sources.Where(source => !Transfer.IsRemote(source)).SelectMany(Rules.InsideContext),
            .. Checksum is not null && !Checksum.Contains('$', StringComparison.Ordinal) && !Images.Digest.TryParse(Checksum, out _)
                ? [$"--checksum is '{Words.Show(Checksum)}': expected a digest such as 'sha256:' and 64 hexadecimal digits"]
                : Array.Empty<string>(),
        ];
}
