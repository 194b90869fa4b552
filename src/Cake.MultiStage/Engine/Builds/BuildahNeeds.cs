using System.Text.Json;
using Cake.MultiStage.Building;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Engine.BuildKit;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Engine.Builds;

/// <summary>Compares what a build asks for with what Podman's Docker API can be told, before anything is sent.</summary>
internal sealed class BuildahNeeds(EngineConnection connection)
{
    private const string Emulators = "/proc/sys/fs/binfmt_misc";
    private const string Kernel = "/proc/sys/kernel/osrelease";

    private string Podman => $"Podman {connection.EngineVersion} at {connection.Endpoint}";

    /// <exception cref="MultiStageException">Podman can't be told of something; which, and what would have it.</exception>
    public void Check(BuildRequest request)
    {
        if (Lacks(request) is { } lacks)
        {
            throw new MultiStageException($"The build was not begun: {Podman} {lacks}");
        }
    }

    /// <exception cref="MultiStageException">A step runs programs that Podman's host can't run.</exception>
    public async Task CheckPlatformAsync(BuildRequest request, CancellationToken cancellationToken)
    {
        if (request.Platforms is [var wanted] && wanted != connection.Platform
            && EmulatedStep.Find(request, await PlatformsAsync(cancellationToken)) is { } step)
        {
            throw new MultiStageException($"The build was not begun: {step.Problem(Podman)}");
        }
    }

    /// <summary>Puts the images that stand behind names of contexts into the Dockerfile: the API knows no contexts by name.</summary>
    public static BuildRequest WithImagesForContexts(BuildRequest request) => request.Contexts.Count == 0 ? request : request with
    {
        Dockerfile = request.Dockerfile.WithImages(
            request.BuildArguments,
            image => request.Contexts.TryGetValue(NamedInput.Key(image.ToString()), out var input)
                && input is AddressInput { Image: { } behind } ? ImageReference.Parse(behind) : image),
    };

    private static string? Lacks(BuildRequest request) => request switch
    {
        { SshAgents.Count: > 0 } when Mounts(request, "ssh") =>
            "can't be given ssh agents by its API, which a step mounts. A secret with the key, or BuildKit, does it: build.Builder names "
                + "one, as in \"docker-container://name\".",
        { Platforms.Count: > 1 } =>
            "builds for one platform by its Docker API. Build each by itself and put them together by MultiStageIndex, or let BuildKit do "
                + "it, which build.Builder names, as in \"docker-container://name\".",
        { IsKept: false } or { Outputs.Count: > 1 } =>
            "keeps what it builds in its own store alone. MultiStagePush and MultiStageSave bring the image on from there; a BuildKit that "
                + "build.Builder names, as in \"docker-container://name\", pushes and writes it by itself.",
        { Outputs: [FilesOutput, ..] } => "sends no files of a stage with a build. MultiStageExport brings them.",
        { Reproducible: true } =>
            "rewrites no times in the layers, which Reproducible asks for. BuildKit does, in an engine with containerd's image store.",
        { Steps.Allowed: [var allowed, ..] } =>
            $"can't be told by its API that steps are allowed '{allowed}'. Leave it out of build.Allow, or build with BuildKit.",
        _ when request.Steps.Hosts.FirstOrDefault(host => host.Value == StepOptions.HostGateway).Key is { } host =>
            $"doesn't tell which address '{StepOptions.HostGateway}' is, which the host '{host}' is to have. Its steps run in the host's "
                + $"network: build.Hosts[\"{host}\"] = \"127.0.0.1\".",
        { Attestations.IsNone: false } =>
            "makes no attestations, which Provenance and Sbom ask for. BuildKit does, in an engine with containerd's image store or by "
                + "itself.",
        { Network: not (null or "" or "default" or "host" or "none") } =>
            $"can't run steps in the network '{request.Network}' by its API: it knows 'default', 'host' and 'none'.",
        _ => request.Contexts.Where(context => context.Value is not (BuiltInput or AddressInput { Image: not null }))
            .Select(context => context.Key).FirstOrDefault() is { } name
            ? $"can't be given the context '{name}' by its API, which takes no second folder and no git repository. Give it an image or a "
                + "description (NamedContext.Image, NamedContext.Project), or build with BuildKit."
            : null,
    };

    private static bool Mounts(BuildRequest request, string type) =>
        request.Dockerfile.StagesNeededBy(request.Target, request.BuildArguments).SelectMany(stage => stage.Instructions)
            .OfType<RunInstruction>().Any(run => run.Mounts.Any(mount => mount.Type == type));

    /// <summary>
    /// Gets what Podman's host runs: newer ones say it (Podman 5.6), and where it is this host, its kernel does. Nothing where neither is
    /// so: a step that can't run there says it then.
    /// </summary>
    private async Task<IReadOnlyList<Platform>> PlatformsAsync(CancellationToken cancellationToken)
    {
        if (await ToldAsync(cancellationToken) is { } told)
        {
            return [connection.Platform, .. told];
        }

        try
        {
            return connection.Endpoint.Address.Scheme == "unix" && OperatingSystem.IsLinux()
                && (await File.ReadAllTextAsync(Kernel, cancellationToken)).Trim() == connection.KernelVersion
                    ? [connection.Platform, .. EmulatorNames().Select(Named).OfType<Platform>()]
                    : [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private async Task<IReadOnlyList<Platform>?> ToldAsync(CancellationToken cancellationToken)
    {
        const string What = "Asking Podman what it emulates";
        using var answer = await connection.SendAsync(HttpMethod.Get, "/libpod/info", content: null, What, cancellationToken);
        await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        using var info = await connection.GuardAsync(What, () => JsonDocument.ParseAsync(body, cancellationToken: cancellationToken));
        return info.RootElement.ValueKind == JsonValueKind.Object && info.RootElement.TryGetProperty("host", out var host)
            && host.ValueKind == JsonValueKind.Object && host.TryGetProperty("emulatedArchitectures", out var told)
            && told.ValueKind == JsonValueKind.Array
                ? [.. told.EnumerateArray().Where(text => text.ValueKind == JsonValueKind.String)
                    .Select(text => text.GetString()?.Split('/')).Where(parts => parts?.Length >= 2)
                    .Select(parts => new Platform(parts![0], parts[1], parts.ElementAtOrDefault(2)))]
                : null;
    }

    private static IEnumerable<string> EmulatorNames() =>
        Directory.Exists(Emulators) ? Directory.EnumerateFiles(Emulators, "qemu-*").Select(file => Path.GetFileName(file)[5..]) : [];

    /// <summary>Reads QEMU's name of a processor.</summary>
    private static Platform? Named(string processor) => processor switch
    {
        "aarch64" => new("linux", "arm64"),
        "arm" => new("linux", "arm"),
        "x86_64" => new("linux", "amd64"),
        "i386" => new("linux", "386"),
        "ppc64le" or "s390x" or "riscv64" or "mips64" => new("linux", processor),
        "mips64el" => new("linux", "mips64le"),
        "loongarch64" => new("linux", "loong64"),
        _ => null,
    };
}
