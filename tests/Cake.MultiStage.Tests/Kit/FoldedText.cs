namespace Cake.MultiStage.Tests;

/// <summary>Expected text whose lines are longer than a line of code may be: a line that ends with ↩ goes on in the next one.</summary>
internal static class FoldedText
{
    public static string Unfolded(this string text) => text.Replace("↩\n", "", StringComparison.Ordinal);
}
