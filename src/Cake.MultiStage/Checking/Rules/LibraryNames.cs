namespace Cake.MultiStage.Checking.Rules;

/// <summary>Finds libraries by their names, wherever they are: what is loaded by name can be told where to look in many ways.</summary>
internal static class LibraryNames
{
    /// <summary>Says whether there is a file or link whose name begins so.</summary>
    public static bool Has(CheckedImage image, string beginning) =>
        image.AllFiles.Any(node => !node.IsDirectory && node.Name.StartsWith(beginning, StringComparison.Ordinal));

    /// <summary>Says whether there is a library whose name has a text in it.</summary>
    public static bool Contain(CheckedImage image, string text) => image.AllFiles.Any(node =>
        !node.IsDirectory && node.Name.Contains(text, StringComparison.Ordinal) && node.Name.Contains(".so", StringComparison.Ordinal));
}
