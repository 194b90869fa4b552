using System.Globalization;

namespace Cake.MultiStage.Projects.Toolchains;

/// <summary>Versions as tags and projects write them: one to three numbers, with dots between.</summary>
internal static class VersionText
{
    /// <summary>Reads up to three numbers; what is missing is 0. Null where the text doesn't start with a number.</summary>
    public static Version? Parse(string text)
    {
        int[] numbers = [.. text.Split('.').Select(Number).TakeWhile(number => number is not null).OfType<int>().Take(3)];
        return numbers.Length == 0 ? null : new Version(numbers[0], numbers.ElementAtOrDefault(1), numbers.ElementAtOrDefault(2));
    }

    /// <summary>
    /// Tells whether a version is a line or one of its patches: <c>3.13.2</c> is within <c>3.13</c>, and <c>3.1</c> is not.
    /// </summary>
    public static bool IsWithin(string version, string line) =>
        version == line || (version.StartsWith(line, StringComparison.Ordinal) && version[line.Length] is '.' or '-');

    /// <summary>Writes a day as the table does.</summary>
    public static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
