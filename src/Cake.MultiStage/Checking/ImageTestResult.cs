namespace Cake.MultiStage.Checking;

/// <summary>What came of a test of an image.</summary>
/// <param name="Name">What the test says of the image.</param>
/// <param name="Failure">What is otherwise; <see langword="null"/> where the test passed.</param>
/// <param name="Duration">The time that it took.</param>
public sealed record ImageTestResult(string Name, string? Failure, TimeSpan Duration)
{
    /// <summary>Gets a value indicating whether the test passed.</summary>
    public bool Passed => Failure is null;
}
