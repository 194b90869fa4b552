using Cake.MultiStage.Checking.Imports;
using Cake.MultiStage.Checking.Programs;
using Cake.MultiStage.Checking.Rules;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Measuring.Analysis;

namespace Cake.MultiStage.Checking;

/// <summary>What rules look at: an image's files, how it is run, and the programs that run.</summary>
/// <param name="Measured">The measurement.</param>
/// <param name="Settings">How it is run.</param>
/// <param name="Programs">What starts, as far as it could be followed.</param>
internal sealed record CheckedImage(MeasuredImage Measured, ImageSettings Settings, StartedPrograms Programs)
{
    /// <summary>Gets what was read of files beyond the programs themselves.</summary>
    public Evidence Evidence { get; init; } = Evidence.None;

    /// <summary>Gets what ends the rules' walks over the files.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Gets what the registry of the base says; <see langword="null"/> where it was not asked.</summary>
    public BaseTags? BaseTags { get; init; }

    /// <summary>Gets which licenses packages may have.</summary>
    public LicensePolicy Licenses { get; init; } = LicensePolicy.None;

    public FileSystemTree Files => Measured.Files;

    /// <summary>Gets all files and folders of the merged file system.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public IEnumerable<FileSystemNode> AllFiles => Files.Root.Descendants().Heeding(CancellationToken);

    /// <summary>Gets the program that the engine starts; <see langword="null"/> where there is nothing to start.</summary>
    public StartedProgram? Program => Programs.Program;

    /// <summary>Gets the program that does the image's work: what a shell, an init or an entry script starts in the end.</summary>
    public StartedProgram? Main => Programs.Inner ?? Programs.Program;

    /// <summary>Gets the program that the engine starts and the one that this starts in the end.</summary>
    public IEnumerable<StartedProgram> Started => new[] { Programs.Program, Programs.Inner }.OfType<StartedProgram>();

    /// <summary>Gets who the program runs as.</summary>
    public ImageUser User { get; } = ImageUser.Of(Measured.Files, Settings.User);

    /// <summary>Gets the number of the base's layers: what is in them is the base's business.</summary>
    public int BaseLayers => Measured.Base?.Layers ?? 0;

    /// <summary>Gets the files of the merged file system that the image's own layers brought.</summary>
    public IEnumerable<FileSystemNode> OwnFiles =>
        AllFiles.Where(node => node.Layer >= BaseLayers && node.File is not null);

    /// <summary>Gets the instruction that brought a file.</summary>
    public string InstructionOf(string? path) => path is not null && Files.Resolve(path) is { } node ? InstructionOf(node.Layer) : "";

    public string InstructionOf(int layer) => layer >= 0 && layer < Measured.Layers.Count ? Measured.Layers[layer].CreatedBy : "";
}
