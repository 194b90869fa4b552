using Cake.MultiStage.Engine.Leftovers;

namespace Cake.MultiStage.Engine.Exports;

/// <summary>Names for what is written beside its place first, so that nobody sees half of it.</summary>
internal static class TemporaryFile
{
    /// <summary>Makes a name that nothing else has, and removes what runs have left in the folder that were killed.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>The full path.</returns>
    public static string In(string folder)
    {
        var processes = new HostProcesses();
        new LeftoverRemoval(processes, TimeProvider.System).RemoveFrom(folder);
        return Path.Combine(folder, "." + Leftover.Prefix + Leftover.New(processes, TimeProvider.System));
    }
}
