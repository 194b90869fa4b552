namespace Cake.MultiStage.Dockerfiles;

/// <summary>A file whose content stands in the Dockerfile as a heredoc. Needs BuildKit and Dockerfile syntax 1.4.</summary>
/// <param name="Content">The content. A newline at its end is added where it lacks.</param>
/// <param name="Name">The file's name where the destination is a folder; <see langword="null"/> where the destination names the
/// file.</param>
public sealed record InlineFile(string Content, string? Name = null)
{
    /// <summary>Gets a value indicating whether the builder expands <c>$NAME</c> in the content.</summary>
    public bool Expand { get; init; }

    internal string Body => Content.Length == 0 || Content.EndsWith('\n') ? Content : Content + "\n";

    internal string Source(string delimiter) => Expand ? $"<<{delimiter}" : $"<<\"{delimiter}\"";

    /// <summary>Tells whether a delimiter is one that is written for a file without a name.</summary>
    internal static bool IsPlainDelimiter(string delimiter) =>
        delimiter.StartsWith("EOF", StringComparison.Ordinal) && delimiter[3..].All(char.IsAsciiDigit);

    internal bool Holds(string delimiter) => Body.Split('\n').Any(line => line.TrimEnd('\r') == delimiter);

    // The delimiter is the file's name too, where the destination is a folder.
    internal string Delimiter(IReadOnlyCollection<string> taken)
    {
        if (Name is not null)
        {
            return Name;
        }

        var (delimiter, number) = ("EOF", 1);
        while (taken.Contains(delimiter, StringComparer.Ordinal) || Holds(delimiter))
        {
            number++;
            delimiter = "EOF" + Words.Number(number);
        }

        return delimiter;
    }

    internal IEnumerable<string> Problems()
    {
        if (Words.Unwritable(Content) is { } trouble)
        {
            yield return $"the inline file has {trouble}";
        }

        if (Name is null)
        {
            yield break;
        }

        if (Name.Length == 0 || !Name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-') || Name[0] == '-')
        {
            yield return $"'{Words.Show(Name)}' cannot name an inline file: use letters, digits, '.', '_' and '-'";
        }
        else if (Holds(Name))
        {
            yield return $"the inline file '{Name}' has a line equal to its name, which would end it: name the file in the destination "
                + "instead";
        }
    }
}
