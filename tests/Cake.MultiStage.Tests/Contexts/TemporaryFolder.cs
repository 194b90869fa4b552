namespace Cake.MultiStage.Tests.Contexts;

/// <summary>A folder of its own for one test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("context-").FullName;

    public string this[string relative] => System.IO.Path.Join(Path, relative);

    public TemporaryFolder Folder(string relative)
    {
        Directory.CreateDirectory(this[relative]);
        return this;
    }

    public TemporaryFolder File(string relative, string text = "content")
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[relative])!);
        System.IO.File.WriteAllText(this[relative], text);
        return this;
    }

    public TemporaryFolder Files(params string[] relatives)
    {
        foreach (var relative in relatives)
        {
            File(relative);
        }

        return this;
    }

    public TemporaryFolder Link(string relative, string target)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[relative])!);
        System.IO.File.CreateSymbolicLink(this[relative], target);
        return this;
    }

    public TemporaryFolder Mode(string relative, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            System.IO.File.SetUnixFileMode(this[relative], mode);
        }

        return this;
    }

    /// <summary>Gets a file's mode; none on Windows.</summary>
    public UnixFileMode ModeOf(string relative) =>
        OperatingSystem.IsWindows() ? UnixFileMode.None : System.IO.File.GetUnixFileMode(this[relative]);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
