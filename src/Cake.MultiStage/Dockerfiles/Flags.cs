using System.Text;

namespace Cake.MultiStage.Dockerfiles;

/// <summary>The flags between a keyword and its arguments.</summary>
internal sealed class Flags
{
    private readonly StringBuilder text = new();

    public Flags Add(string name, string? value)
    {
        if (value is not null)
        {
            text.Append("--").Append(name).Append('=').Append(Words.Flag(value)).Append(' ');
        }

        return this;
    }

    public Flags Add(string name, bool set)
    {
        if (set)
        {
            text.Append("--").Append(name).Append(' ');
        }

        return this;
    }

    public override string ToString() => text.ToString();
}
