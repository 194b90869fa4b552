namespace Cake.MultiStage.Contexts;

/// <summary>
/// The build context can't be gathered or sent: a folder is missing, a file can't be read, a source matches nothing.
/// </summary>
internal sealed class BuildContextException : MultiStageException
{
    /// <summary>Initializes the error.</summary>
    /// <param name="message">Which file or pattern failed, why, and what to do next.</param>
    public BuildContextException(string message)
        : base(message)
    {
    }

    /// <summary>Initializes the error with its cause.</summary>
    /// <param name="message">Which file or pattern failed, why, and what to do next.</param>
    /// <param name="innerException">The error that caused this one.</param>
    public BuildContextException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
