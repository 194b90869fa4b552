using Cake.Core;
using Cake.Core.Annotations;
using Cake.MultiStage.Building;
using Cake.MultiStage.Projects;
using Cake.MultiStage.Registries;

namespace Cake.MultiStage.Aliases;

/// <content>Locking base images.</content>
public static partial class MultiStageAliases
{
    /// <summary>
    /// Writes what the base images of descriptions are now into a lock file, to be committed: each name with the digest of its index, its
    /// platforms, its size and the day. Registries are asked; nothing is pulled. Builds of a script beside which the file lies use what it
    /// says: bases, images that files are copied or mounted from, and the frontend of <c># syntax=</c>. What is locked stays so until
    /// <see cref="MultiStageLockSettings.Update"/>; <see cref="MultiStageLockSettings.Check"/> only says what is out of date.
    /// </summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="projects">The descriptions. What one of them makes and another uses is not locked.</param>
    /// <param name="settings">The settings; all defaults if left out.</param>
    /// <returns>What is locked, and what has moved.</returns>
    /// <exception cref="MultiStageException">
    /// A registry refuses or lacks an image, an image has no platform that is asked for, or the file is damaged or can't be written.
    /// </exception>
    /// <example>
    /// <code>
    /// var web = MultiStageDotNet("./src/Web", dotnet => dotnet.Tags.Add("shop/web:1.0"));
    ///
    /// Task("Lock").Does(() => MultiStageLock([web]));                                      // adds what is missing
    /// Task("Update").Does(() => MultiStageLock([web], locking => locking.Update = true));  // says what moved
    ///
    /// Task("Check").Does(async () =>
    /// {
    ///     var result = await MultiStageLockAsync([web], new MultiStageLockSettings { Check = true });
    ///     if (result.Changes.Count > 0) throw new Exception("Base images have moved.");
    /// });
    ///
    /// Task("Image").Does(() => MultiStageBuild(web, build => build.Frozen = true));       // nothing else than what is locked
    /// </code>
    /// </example>
    [CakeMethodAlias, CakeAliasCategory("Keep")]
    public static LockResult MultiStageLock(
        this ICakeContext context, IEnumerable<ImageProject> projects, MultiStageLockSettings? settings = null) =>
        AliasSession.Run(context, Lock(context, projects, settings));

    /// <inheritdoc cref="MultiStageLock(ICakeContext, IEnumerable{ImageProject}, MultiStageLockSettings)"/>
    /// <param name="configure">Changes the settings.</param>
    [CakeMethodAlias, CakeAliasCategory("Keep")]
    public static LockResult MultiStageLock(
        this ICakeContext context, IEnumerable<ImageProject> projects, Action<MultiStageLockSettings> configure) =>
        MultiStageLock(context, projects, Configured(configure));

    /// <inheritdoc cref="MultiStageLock(ICakeContext, IEnumerable{ImageProject}, MultiStageLockSettings)"/>
    /// <param name="cancellationToken">Stops asking; the file is then as it was.</param>
    [CakeMethodAlias, CakeAliasCategory("Keep")]
    public static Task<LockResult> MultiStageLockAsync(
        this ICakeContext context,
        IEnumerable<ImageProject> projects,
        MultiStageLockSettings? settings = null,
        CancellationToken? cancellationToken = null) =>
        AliasSession.RunAsync(context, Lock(context, projects, settings), cancellationToken);

    private static AliasWork<LockResult> Lock(ICakeContext context, IEnumerable<ImageProject> projects, MultiStageLockSettings? given)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(projects);
        var settings = given ?? new MultiStageLockSettings();
        List<ImageProject> described = [.. projects];
        var path = System.IO.Path.GetFullPath(settings.File, context.Environment.WorkingDirectory.FullPath);
        return new($"Locking base images in '{path}'", async session =>
        {
            using var client = new RegistryClient(session.Keyring(settings.RegistryCredentials));
            return await new BaseLocking(new BaseResolver(client, TimeProvider.System), settings, path, session.Logger)
                .LockAsync(described, session.Token);
        })
        {
            AfterStop = "The file is as it was before.",
        };
    }
}
