using System.Web;

namespace Cake.MultiStage.Engine.Dialing;

/// <summary>
/// A BuildKit in a container or pod, and what carries a connection to it: <c>buildctl dial-stdio</c> there. The addresses are those of
/// moby/buildkit's <c>client/connhelper</c>.
/// </summary>
/// <param name="Scheme">How it is reached: <c>docker-container</c>, <c>podman-container</c> or <c>kube-pod</c>.</param>
/// <param name="Name">The container or pod.</param>
/// <param name="Options">What the address says besides, such as the namespace.</param>
internal sealed record ContainerTarget(string Scheme, string Name, IReadOnlyDictionary<string, string> Options)
{
    private const string Docker = "docker-container";
    private const string Podman = "podman-container";
    private const string Pod = "kube-pod";

    /// <summary>Gets the schemes that are reached so.</summary>
    public static IReadOnlyList<string> Schemes { get; } = [Docker, Podman, Pod];

    /// <summary>Gets the program that goes there.</summary>
    public DialProgram Program => Scheme switch
    {
        Pod => new("kubectl",
            [
                .. Option("kubeconfig"), .. Option("context"), .. Option("namespace"), "exec", "--stdin", .. Option("container"), Name,
                "--", "buildctl", "dial-stdio",
            ],
            // Plug-ins log in with what clouds give.
            ["KUBECONFIG", "KUBERNETES_*", "AWS_*", "GOOGLE_*", "CLOUDSDK_*", "AZURE_*", "HTTPS_PROXY", "NO_PROXY"],
            "Install kubectl, or reach BuildKit another way", Explain),
        Podman => new("podman", ["exec", "--interactive", Name, "buildctl", "dial-stdio"], ["CONTAINER_*", "SSH_*"],
            "Install podman, or reach BuildKit another way", Explain),
        _ => new("docker", [.. Option("context"), "exec", "--interactive", Name, "buildctl", "dial-stdio"], ["DOCKER_*", "SSH_*"],
            "Install the Docker CLI, or reach BuildKit another way", Explain),
    };

    /// <summary>Reads an address, such as <c>kube-pod://buildkitd?namespace=builds</c>.</summary>
    /// <returns>The target, or <see langword="null"/> where the address has another scheme.</returns>
    public static ContainerTarget? Of(string address)
    {
        if (address.Split("://", 2) is not [var scheme, var rest] || !Schemes.Contains(scheme, StringComparer.OrdinalIgnoreCase))
        {
            return null;
        }

        var query = HttpUtility.ParseQueryString(rest.Contains('?', StringComparison.Ordinal) ? rest[(rest.IndexOf('?') + 1)..] : "");
        return new ContainerTarget(scheme.ToLowerInvariant(), rest.Split('?')[0].TrimEnd('/'),
            query.AllKeys.OfType<string>().ToDictionary(key => key, key => query[key] ?? "", StringComparer.Ordinal));
    }

    /// <summary>
    /// Says what is wrong with the address, or <see langword="null"/>. A name that begins with a dash would be an option of the program.
    /// </summary>
    public string? Problem()
    {
        string[] known = Scheme switch
        {
            Pod => ["kubeconfig", "context", "namespace", "container"],
            Podman => [],
            _ => ["context"],
        };
        return Name.Length == 0 || !char.IsAsciiLetterOrDigit(Name[0])
            || !Name.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '.' or '-')
            ? $"'{Name}' can't be the name of a {(Scheme == Pod ? "pod" : "container")}"
            : Options.Keys.Except(known, StringComparer.Ordinal).FirstOrDefault() is { } unknown
            ? $"it doesn't know '{unknown}'; it knows {(known.Length == 0 ? "no options" : string.Join(", ", known))}"
            : Options.FirstOrDefault(option => option.Value.Length == 0 || option.Value[0] == '-') is { Key: { } key }
            ? $"the value of '{key}' is empty or begins with a dash"
            : null;
    }

    private IEnumerable<string> Option(string name) => Options.TryGetValue(name, out var value) ? [$"--{name}={value}"] : [];

    private string Explain(string complaint)
    {
        var program = Program;
        var lines = complaint.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var said = LogText.Clean(string.Join(' ', lines.TakeLast(3))).TrimEnd('.');
        var line = $"{program.Name} {string.Join(' ', program.Arguments.SkipLast(1))} debug workers";
        var reason = said.Length == 0 ? $"{program.Name} ended without a word" : $"{program.Name} says: {said}";
        return $"{reason}. {Remedy(complaint)}See that '{line}' works";
    }

    private string Remedy(string complaint)
    {
        bool Says(string text) => complaint.Contains(text, StringComparison.OrdinalIgnoreCase);

        return Says("No such container") || Says("no container with name") || Says("NotFound")
            ? $"There is no '{Name}': start BuildKit under that name, or correct the address. "
            : Says("is not running") || Says("container state improper")
            ? $"'{Name}' doesn't run: start it. "
            : Says("executable file not found") || Says("buildctl: not found")
            ? $"'{Name}' has no buildctl: is it an image of moby/buildkit? "
            : "";
    }
}
