using Cake.MultiStage.Projects.Toolchains;

namespace Cake.MultiStage.Tests.Projects.Toolchains;

/// <summary>What the table says of an image that is chosen beside that it can be pulled, which is all that the addin asks.</summary>
internal static class ListedImages
{
    /// <summary>Tells whether an image's publisher still rebuilds it under exactly this reference.</summary>
    public static bool IsListed(this ToolchainTable table, string reference) =>
        table.Images.Any(image => !image.IsRetired && image.References().Contains(reference, StringComparer.Ordinal));
}
