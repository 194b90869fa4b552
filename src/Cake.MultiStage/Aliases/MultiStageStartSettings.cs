using Cake.MultiStage.Checking;
using Cake.MultiStage.Checking.Starting;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Aliases;

/// <summary>
/// How a container of a checked image is started, without a network, and what is waited for. A program that ends by itself must end with
/// <see cref="ExitCode"/>; one that still runs when its time is up has started.
/// </summary>
public sealed class MultiStageStartSettings
{
    private const int LastPort = 65535;
    private const int SecondsToGetReady = 30;
    private const int SecondsWatched = 5;

    /// <summary>Gets or sets the arguments in place of the image's <c>CMD</c>. The image's by default.</summary>
    public IList<string> Arguments { get; set; } = [];

    /// <summary>Gets or sets variables that are added to the image's, or take the place of them. None by default.</summary>
    public IDictionary<string, string> Environment { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// Gets or sets how long the program may take to end, or to get ready where <see cref="Port"/> or <see cref="HealthCheck"/> is waited
    /// for. A service of which nothing is waited for runs all that time. By default 30 seconds where something is waited for, else 5.
    /// </summary>
    public TimeSpan? Timeout { get; set; }

    /// <summary>Gets or sets a value indicating whether the root file system is read-only. Off by default.</summary>
    public bool ReadOnly { get; set; }

    /// <summary>
    /// Gets or sets the absolute paths of folders that are in memory, writable and empty, such as <c>/tmp</c> where <see cref="ReadOnly"/>
    /// is on. None by default.
    /// </summary>
    public IList<string> Tmpfs { get; set; } = [];

    /// <summary>Gets or sets the memory that the container may use, such as <c>64 MiB</c>. Not limited by default.</summary>
    public string? Memory { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether the image's <c>HEALTHCHECK</c> is waited for to pass. It is run twice a second, whatever its
    /// interval. By default it is where the image has one and no <see cref="Port"/> is named.
    /// </summary>
    public bool? HealthCheck { get; set; }

    /// <summary>Gets or sets the TCP port that is waited for to be listened on. None by default.</summary>
    /// <remarks>
    /// The container has no network to connect through; a second container looks at the kernel's list of its sockets. It is of an image
    /// with a shell: see <see cref="ProbeImage"/>.
    /// </remarks>
    public int? Port { get; set; }

    /// <summary>
    /// Gets or sets an image with a shell, <c>grep</c> and <c>sleep</c> that the engine has, by which <see cref="Port"/> is seen. By
    /// default one that a stage of the image starts from, or the image itself.
    /// </summary>
    public string? ProbeImage { get; set; }

    /// <summary>Gets or sets the exit code with which a program that ends by itself must end. 0 by default.</summary>
    public long ExitCode { get; set; }

    /// <param name="image">What the image says of how it is run.</param>
    internal StartRequest ToRequest(ImageSettings image)
    {
        var health = HealthCheck ?? (Port is null && image.HealthCheck is [not "NONE", ..]);
        var seconds = health || Port is not null ? SecondsToGetReady : SecondsWatched;
        return ToRequest(health, Timeout ?? TimeSpan.FromSeconds(seconds));
    }

    private StartRequest ToRequest(bool health, TimeSpan timeout) => new()
    {
        Arguments = [.. Arguments],
        Environment = Environment.ToDictionary(StringComparer.Ordinal),
        Timeout = timeout > TimeSpan.Zero ? timeout : throw Wrong(nameof(Timeout), timeout, "more than nothing"),
        ReadOnly = ReadOnly,
        Tmpfs = [.. Tmpfs.Select(folder => folder.StartsWith('/') ? folder : throw Wrong(nameof(Tmpfs), folder, "an absolute path"))],
        Memory = Memory is null ? null
            : ByteSize.TryParse(Memory, out var memory) ? memory
            : throw Wrong(nameof(Memory), Memory, "a size, such as 64 MiB"),
        HealthCheck = health,
        Port = Port is null or (> 0 and <= LastPort) ? Port : throw Wrong(nameof(Port), Port, "1 to 65535"),
        ProbeImage = ProbeImage,
        ExitCode = ExitCode,
    };

    private static MultiStageException Wrong(string name, object value, string wanted) =>
        new($"Start.{name} is '{value}', but must be {wanted}.");
}
