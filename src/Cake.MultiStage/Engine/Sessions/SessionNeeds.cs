using Cake.MultiStage.Building;
using Cake.MultiStage.Dockerfiles;

namespace Cake.MultiStage.Engine.Sessions;

/// <summary>Compares the secrets and ssh agents that the steps of a build mount with those it is given, before anything is sent.</summary>
internal static class SessionNeeds
{
    private const string DefaultAgent = "default";

    /// <exception cref="MultiStageException">A step needs what the build is not given.</exception>
    public static void Check(BuildRequest request, IBuildObserver observer)
    {
        foreach (var stage in request.Dockerfile.StagesNeededBy(request.Target, request.BuildArguments))
        {
            foreach (var run in stage.Instructions.OfType<RunInstruction>())
            {
                foreach (var missing in run.Mounts.Where(mount => !IsGiven(mount, request)))
                {
                    var place = $"The step '{Shown(run)}'{(stage.Name is null ? "" : $" of stage '{stage.Name}'")}";
                    if (missing.Required)
                    {
                        throw new MultiStageException(
                            $"{place} needs {Thing(missing)}, which the build is not given; it has {Given(missing, request)}. "
                                + $"{Remedy(missing)}");
                    }

                    observer.On(
                        new BuildWarning(
                            $"{place} mounts {Thing(missing)}, which the build is not given; it has {Given(missing, request)}. The step "
                                + "goes without."));
                }
            }
        }
    }

    /// <summary>The step's first line as it stands in the Dockerfile, without the mounts that are told apart.</summary>
    private static string Shown(RunInstruction run) => (run with { Mounts = [] }).Write(StageGraph.DefaultShell).Split('\n')[0];

    private static bool IsGiven(RunMount mount, BuildRequest request) => mount.Type switch
    {
        "secret" => request.Secrets.ContainsKey(Id(mount)),
        "ssh" => request.SshAgents.ContainsKey(Id(mount)),
        _ => true,
    };

    // BuildKit's frontend: a secret without an id has the name of its file.
    private static string Id(RunMount mount) => mount.Id is { Length: > 0 } id ? id
        : mount.Type == "ssh" ? DefaultAgent
        : (mount.Target ?? "").Split('/')[^1];

    private static string Thing(RunMount mount) => $"the {(mount.Type == "ssh" ? "ssh agent" : "secret")} '{Id(mount)}'";

    private static string Given(RunMount mount, BuildRequest request)
    {
        List<string> ids = [.. (mount.Type == "ssh" ? request.SshAgents.Keys : request.Secrets.Keys).Order(StringComparer.Ordinal)];
        return ids.Count == 0 ? "none" : string.Join(", ", ids.Select(id => $"'{id}'"));
    }

    private static string Remedy(RunMount mount) => mount.Type == "ssh"
        ? $"Add it to the description, as in project.SshAgents[\"{Id(mount)}\"] = SshAgent.Running()."
        : $"Add it to the description or to the build settings, as in project.Secrets[\"{Id(mount)}\"] = "
            + "BuildSecret.FromEnvironment(\"TOKEN\").";
}
