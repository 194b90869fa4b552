namespace Cake.MultiStage.Dockerfiles.Reading;

/// <summary>Reads commands in either form.</summary>
internal sealed class CommandReader(LogicalLine line, char escape, string raw)
{
    /// <summary>Reads the command that an instruction ends in.</summary>
    /// <exception cref="DockerfileException">It is a JSON array with something else than texts in it.</exception>
    public Command Read(string rest) =>
        Array(rest) is { } arguments ? new ExecCommand(arguments) : new ShellCommand(Continued(rest) ?? rest);

    /// <summary>Reads a JSON array; <see langword="null"/> where the text is in the other form.</summary>
    public IReadOnlyList<string>? Array(string rest)
    {
        try
        {
            return JsonForm.Strict(rest);
        }
        catch (FormatException exception)
        {
            throw line.Error(0, exception.Message);
        }
    }

    /// <summary>The command with its lines as they stand, where a shell joins them as Docker does.</summary>
    private string? Continued(string rest)
    {
        if (escape != '\\' || line.FirstLine == line.LastLine || line.Heredocs.Count > 0)
        {
            return null;
        }

        var place = line.PlaceOf(line.Text.TrimEnd().Length - rest.Length);
        var lines = raw.Replace("\r\n", "\n", StringComparison.Ordinal).TrimEnd('\n').Split('\n')[(place.Line - line.FirstLine)..];
        var command = string.Join('\n', lines)[(place.Column - 1)..];
        return ShellCommand.IsContinued(command) && command.Replace("\\\n", "", StringComparison.Ordinal) == rest ? command : null;
    }
}
