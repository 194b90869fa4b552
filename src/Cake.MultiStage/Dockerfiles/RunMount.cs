namespace Cake.MultiStage.Dockerfiles;

/// <summary>What <c>RUN --mount</c> mounts while a command runs. Needs BuildKit.</summary>
public sealed record RunMount
{
    private RunMount(string type) => Type = type;

    /// <summary>Gets the type: <c>bind</c>, <c>cache</c>, <c>secret</c>, <c>ssh</c> or <c>tmpfs</c>.</summary>
    public string Type { get; }

    /// <summary>Gets where it appears.</summary>
    public string? Target { get; init; }

    /// <summary>Gets the path within <see cref="From"/>; <see langword="null"/> for its root.</summary>
    public string? Source { get; init; }

    /// <summary>Gets the stage or image it comes from; <see langword="null"/> for the build context (bind) or nothing (cache).</summary>
    public string? From { get; init; }

    /// <summary>Gets the id of a cache, a secret or an SSH agent.</summary>
    public string? Id { get; init; }

    /// <summary>Gets how parallel builds share a cache: <c>shared</c>, <c>private</c> or <c>locked</c>.</summary>
    public string? Sharing { get; init; }

    /// <summary>Gets the variable that holds a secret.</summary>
    public string? Env { get; init; }

    /// <summary>Gets a value indicating whether the build fails where the secret or agent is missing.</summary>
    public bool Required { get; init; }

    /// <summary>Gets whether the mount can be written; <see langword="null"/> for Docker's default: a cache can, a bind cannot.</summary>
    public bool? Writable { get; init; }

    /// <summary>Gets the permissions in octal, such as <c>0400</c>.</summary>
    public string? Mode { get; init; }

    /// <summary>Gets the owner's numeric id.</summary>
    public int? UserId { get; init; }

    /// <summary>Gets the group's numeric id.</summary>
    public int? GroupId { get; init; }

    /// <summary>Gets the largest size of a tmpfs in bytes.</summary>
    public long? Size { get; init; }

    /// <summary>A mount of a type with nothing else said; <see langword="null"/> for a type that doesn't exist.</summary>
    internal static RunMount? Of(string type) => type is "bind" or "cache" or "secret" or "ssh" or "tmpfs" ? new(type) : null;

    /// <summary>A folder that keeps its content between builds and stays out of the image.</summary>
    /// <param name="target">The absolute path.</param>
    /// <param name="id">The cache's id; <see langword="null"/> for the target.</param>
    /// <param name="sharing">How parallel builds share it: <c>shared</c>, <c>private</c> or <c>locked</c>.</param>
    /// <returns>The mount.</returns>
    public static RunMount Cache(string target, string? id = null, string? sharing = null) =>
        new("cache") { Target = target, Id = id, Sharing = sharing };

    /// <summary>Files of the build context, of a stage or of an image, without copying them.</summary>
    /// <param name="source">The path there.</param>
    /// <param name="target">The absolute path.</param>
    /// <param name="from">The stage or image; <see langword="null"/> for the build context.</param>
    /// <returns>The mount.</returns>
    public static RunMount Bind(string? source, string target, string? from = null) =>
        new("bind") { Source = source, Target = target, From = from };

    /// <summary>A secret that stays out of the image.</summary>
    /// <param name="id">The secret's id.</param>
    /// <param name="target">The file; <see langword="null"/> for <c>/run/secrets/</c> and the id.</param>
    /// <param name="env">The variable that holds it.</param>
    /// <param name="required">Whether the build fails where it is missing.</param>
    /// <returns>The mount.</returns>
    public static RunMount Secret(string id, string? target = null, string? env = null, bool required = false) =>
        new("secret") { Id = id, Target = target, Env = env, Required = required };

    /// <summary>The builder's SSH agent.</summary>
    /// <param name="id">The agent's id; <see langword="null"/> for <c>default</c>.</param>
    /// <param name="required">Whether the build fails where it is missing.</param>
    /// <returns>The mount.</returns>
    public static RunMount Ssh(string? id = null, bool required = false) => new("ssh") { Id = id, Required = required };

    /// <summary>A folder in memory.</summary>
    /// <param name="target">The absolute path.</param>
    /// <param name="size">The largest size in bytes; <see langword="null"/> for no limit.</param>
    /// <returns>The mount.</returns>
    public static RunMount Tmpfs(string target, long? size = null) => new("tmpfs") { Target = target, Size = size };

    /// <summary>Returns the mount as the flag's value, such as <c>type=cache,target=/go/pkg</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => string.Join(',', Options().Select(option => Field($"{option.Name}={option.Value}")));

    internal IEnumerable<string> Problems()
    {
        foreach (var (name, value) in Options())
        {
            // The builder reads the value as CSV, then expands it as a word; no quoting survives both on every version.
            if (value.Length == 0)
            {
                yield return $"--mount has an empty {name}";
            }
            else if (value.Any(c => char.IsControl(c) || c is '"' or '\'' or '\\') || Words.Unwritable(value) is not null)
            {
                yield return $"--mount's {name} is '{Words.Show(value)}': quotes, backslashes and control characters cannot be written "
                    + "there";
            }
        }

        if (Type is "cache" or "bind" or "tmpfs" && string.IsNullOrEmpty(Target))
        {
            yield return $"--mount=type={Type} needs a target";
        }
        else if (Target is { Length: > 0 } && Target[0] is not ('/' or '$'))
        {
            yield return $"--mount's target '{Words.Show(Target)}' is relative: make it absolute";
        }

        if (Type == "bind" && From is null && Source is not null)
        {
            foreach (var problem in Rules.InsideContext(Source))
            {
                yield return problem;
            }
        }

        if (Sharing is not (null or "shared" or "private" or "locked"))
        {
            yield return $"--mount's sharing is '{Words.Show(Sharing)}': it must be shared, private or locked";
        }

        if (Mode is not null && (Mode.Length is 0 or > 5 || !Mode.All(c => c is >= '0' and <= '7')))
        {
            yield return $"--mount's mode is '{Words.Show(Mode)}': expected octal digits such as 0400";
        }

        if (Type == "secret" && string.IsNullOrEmpty(Id) && string.IsNullOrEmpty(Target))
        {
            yield return "--mount=type=secret needs an id";
        }

        if (UserId < 0 || GroupId < 0 || Size <= 0)
        {
            yield return "--mount's uid and gid must not be negative, its size must be positive";
        }
    }

    private static string Field(string text) => text.Contains(',', StringComparison.Ordinal) ? $"\"{text}\"" : text;

    private IEnumerable<(string Name, string Value)> Options() =>
        new (string Name, string? Value)[]
        {
            ("type", Type), ("id", Id), ("from", From), ("source", Source), ("target", Target), ("env", Env), ("sharing", Sharing),
            ("required", Required ? "true" : null), (Type == "cache" ? "readonly" : "rw", WritableValue()),
            ("mode", Mode), ("uid", Number(UserId)), ("gid", Number(GroupId)), ("size", Number(Size)),
        }
        .Where(option => option.Value is not null)
        .Select(option => (option.Name, option.Value!));

    // A cache is writable and a bind is not unless said otherwise: only the other case is written.
    private string? WritableValue() => (Type, Writable) switch
    {
        ("cache", false) or ("bind", true) => "true",
        _ => null,
    };

    private static string? Number(long? value) => value is { } number ? Words.Number(number) : null;
}
