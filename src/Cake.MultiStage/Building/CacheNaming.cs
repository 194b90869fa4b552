using System.Security.Cryptography;
using System.Text;

namespace Cake.MultiStage.Building;

/// <summary>What a shared cache is named by.</summary>
/// <param name="Project">The description's name.</param>
/// <param name="Target">The stage that is built.</param>
/// <param name="Branch">The branch, or <see langword="null"/> where it isn't known.</param>
internal sealed record CacheNaming(string Project, string Target, string? Branch)
{
    private const int Longest = 128;
    private const int HashLength = 8;

    /// <summary>
    /// Makes a name that can be a tag. Where that loses something, a hash keeps names apart: <c>feature/a</c> and <c>feature-a</c>.
    /// </summary>
    /// <param name="platforms">The platforms that are built for, such as <c>linux/amd64,linux/arm64</c>.</param>
    /// <param name="branch">The branch, where the cache doesn't tell them apart by itself.</param>
    public string Name(string platforms, string? branch)
    {
        var exact = string.Join('-', new[] { Project, Target, platforms.Replace('/', '-').Replace(',', '-'), branch }.OfType<string>());
        var text = new StringBuilder(exact.Length);
        foreach (var character in exact)
        {
            text.Append(char.IsAsciiLetterOrDigit(character) || character is '_' or '.' or '-' ? character : '-');
        }

        var name = text.ToString().TrimStart('.', '-');
        if (name == exact && name.Length <= Longest)
        {
            return name;
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(exact)))[..HashLength];
        return $"{name[..Math.Min(name.Length, Longest - HashLength - 1)]}-{hash}";
    }
}
