using Cake.MultiStage.Engine;

namespace Cake.MultiStage.Checking.Testing;

/// <summary>Runs the tests of an image, one after the other.</summary>
internal static class ImageTester
{
    public const string Id = "image-test";

    /// <summary>Runs tests. What one of them can't find out fails it, not the others.</summary>
    public static async Task<IReadOnlyList<ImageTestResult>> RunAsync(
        IReadOnlyList<ImageTest> tests, TestedImage image, CancellationToken cancellationToken)
    {
        List<ImageTestResult> results = [];
        foreach (var test in tests)
        {
            var start = TimeProvider.System.GetTimestamp();
            var failure = await FailureAsync(test, image, cancellationToken);
            results.Add(new ImageTestResult(test.Name, failure, TimeProvider.System.GetElapsedTime(start)));
        }

        return results;
    }

    /// <summary>Makes a finding of each test that failed.</summary>
    public static IEnumerable<Finding> Findings(IEnumerable<ImageTestResult> results) =>
        results.Where(result => !result.Passed).Select(result => new Finding(
            Id,
            FindingLevel.Error,
            $"{result.Name}: {result.Failure}",
            "Mend the image, or the test of it (check.Tests).")
        {
            Reason = "The project's own tests say what its image has to be.",
        });

    private static async Task<string?> FailureAsync(ImageTest test, TestedImage image, CancellationToken cancellationToken)
    {
        try
        {
            return await test.RunAsync(image, cancellationToken);
        }
        catch (MultiStageException exception) when (exception is not EngineException)
        {
            return exception.Message;
        }
    }
}
