using System.Globalization;

namespace Cake.MultiStage.Projects;

/// <summary>A user and a group by their numbers.</summary>
internal sealed record UserIds(int User, int Group)
{
    /// <summary>Reads what <c>USER</c> names; a user alone has the group of the same number.</summary>
    /// <param name="text">The text, such as <c>65532:65532</c>.</param>
    /// <param name="need">What needs numbers, for the error.</param>
    /// <exception cref="MultiStageException">It is a name, or not set.</exception>
    public static UserIds Parse(string? text, string need)
    {
        string[] parts = (text ?? "").Split(':');
        return int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var user)
            && int.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var group) ? new UserIds(user, group)
            : throw new MultiStageException($"{need} needs a numeric user, as in User = \"65532:65532\"; it "
                + $"is {(text is null ? "not set" : $"'{text}'")}.");
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{User}:{Group}");
}
