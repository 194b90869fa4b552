using System.Text.RegularExpressions;

namespace Cake.MultiStage.Projects;

/// <summary>Reading a project's files ends in time, whatever is in them.</summary>
internal static class ReadInTime
{
    private const int Shown = 60;

    /// <exception cref="MultiStageException">A file takes too long to be understood.</exception>
    public static ImageProject Describe(string folder, Func<ImageProject> describe)
    {
        try
        {
            return describe();
        }
        catch (RegexMatchTimeoutException exception)
        {
            var start = LogText.Clean(exception.Input.Length > Shown ? exception.Input[..Shown] + "…" : exception.Input);
            throw new MultiStageException(
                $"A file of '{folder}' takes too long to be understood; it begins with '{start}'. Where a tool has made it, keep it out of "
                    + "the "
                + "described folder, or describe the project by its commands: MultiStageProject(…).",
                exception);
        }
    }
}
