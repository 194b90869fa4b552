namespace Cake.MultiStage;

/// <summary>
/// The base of every error this addin raises. Its message says what failed, where, what was found, and what to do next.
/// </summary>
public class MultiStageException : Exception
{
    /// <summary>Initializes the error.</summary>
    /// <param name="message">What failed, where, what was found, and what to do next.</param>
    public MultiStageException(string message)
        : base(LogText.CleanLines(message ?? ""))
    {
    }

    /// <summary>Initializes the error with its cause.</summary>
    /// <param name="message">What failed, where, what was found, and what to do next.</param>
    /// <param name="innerException">The error that caused this one.</param>
    public MultiStageException(string message, Exception innerException)
        : base(LogText.CleanLines(message ?? ""), innerException)
    {
    }

    /// <summary>Returns the error with its causes and where they were raised, in a text that any log takes.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => LogText.CleanLines(base.ToString());
}
