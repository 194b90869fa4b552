using Cake.MultiStage.Building;
using Cake.MultiStage.Progress;

namespace Cake.MultiStage.Aliases;

/// <content>Building by several builders.</content>
public static partial class MultiStageAliases
{
    private static async Task<BuiltImage> BuildOnSeveral(
        AliasSession session, BuildRequest request, MultiStageBuildSettings settings)
    {
        CheckSeveral(request, settings);
        List<BuildLog> logs = [];
        try
        {
            BuildLog Log(string prefix)
            {
                var log = new BuildLog(prefix.Length == 0 ? session.Logger : new PrefixedLogger(session.Logger, $"[{prefix}] "));
                logs.Add(log);
                return log;
            }

            var whole = Log("");
            using var nodes = await session.NodesAsync(settings, whole);
            return await nodes.BuildAsync(request, Log, whole, session.Token);
        }
        finally
        {
            logs.ForEach(log => log.Dispose());
        }
    }

    /// <exception cref="MultiStageException">The settings say something that several builders don't do.</exception>
    private static void CheckSeveral(BuildRequest request, MultiStageBuildSettings settings)
    {
        const string NotBegun = "The build was not begun: ";
        if (settings.Builder is not null || settings.Host is not null)
        {
            throw new MultiStageException(
                $"{NotBegun}Builders lists all that build, and {(settings.Builder is null ? "Host" : "Builder")} names another. "
                    + "Leave one out.");
        }

        if (request.Outputs.Count == 0 || request.Outputs.Any(output => output is not PushOutput))
        {
            throw new MultiStageException(
                $"{NotBegun}what several builders make is put together in a registry, and comes nowhere else: build.Outputs is to be "
                    + "[BuildOutput.Push()]. From there 'docker pull' brings it, and MultiStageMeasure reads it.");
        }

        if (request.Platforms.Count == 0)
        {
            throw new MultiStageException(
                $"{NotBegun}the platforms are shared among Builders, and none is named. Say for which: build.Platforms = [\"linux/amd64\", "
                    + "\"linux/arm64\"].");
        }

        if (request.Tags is not [var first, ..])
        {
            throw new MultiStageException(
                $"{NotBegun}the image is to be pushed and has no tag that says where to. Give it one, as in "
                    + "build.Tags.Add(\"registry.example.com/team/hello:1.0\").");
        }

        if (request.Tags.FirstOrDefault(tag => tag.Repository != first.Repository) is { } elsewhere)
        {
            throw new MultiStageException(
                $"{NotBegun}'{first}' and '{elsewhere}' are of two repositories, and the parts lie in one. Push to that, and take it to "
                    + "the other by MultiStagePromote.");
        }

        if (settings.UpToDate || settings.UpToDateInRegistry)
        {
            throw new MultiStageException(
                $"{NotBegun}UpToDate looks for an image made of the same that one builder made, and Builders are several. Leave it "
                    + "out; what is unchanged comes from the build caches anyway.");
        }

        if (settings.CacheTo.Any(cache => cache is not ImageCache))
        {
            throw new MultiStageException(
                $"{NotBegun}CacheTo names one place, which each of Builders would write anew over what another wrote. Set build.Cache, "
                    + "which has a name for each platform.");
        }

        if (settings.CacheMounts is not null)
        {
            throw new MultiStageException(
                $"{NotBegun}CacheMounts keeps the cache mounts of one builder, and Builders are several, each with mounts of its own. "
                    + "Leave CacheMounts out.");
        }
    }
}
