namespace Cake.MultiStage;

/// <summary>The folder in which what can be had again is kept between runs.</summary>
internal static class UserCache
{
    /// <summary>The variable that names another folder.</summary>
    public const string Variable = "CAKE_MULTISTAGE_CACHE";

    private const string Name = "cake-multistage";

    /// <summary>
    /// Finds the folder as each system has it: XDG_CACHE_HOME or <c>~/.cache</c>, <c>~/Library/Caches</c>, or the local application data.
    /// </summary>
    /// <param name="variable">Reads an environment variable.</param>
    /// <returns>The absolute path, or <see langword="null"/> where the user has no such folder.</returns>
    public static string? Folder(Func<string, string?> variable)
    {
        if (variable(Variable) is { Length: > 0 } given)
        {
            return Path.GetFullPath(given);
        }

        // An XDG folder that is not absolute is to be passed over (XDG Base Directory Specification).
        var parent = OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : OperatingSystem.IsMacOS() ? InHome(variable, "Library/Caches")
            : variable("XDG_CACHE_HOME") is ['/', ..] cache ? cache
            : InHome(variable, ".cache");
        return string.IsNullOrEmpty(parent) ? null : Path.Combine(parent, Name);
    }

    private static string? InHome(Func<string, string?> variable, string folder) =>
        variable("HOME") is { Length: > 0 } home && Path.IsPathRooted(home) ? Path.Combine(home, folder) : null;
}
