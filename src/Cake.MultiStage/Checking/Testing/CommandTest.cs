using System.Globalization;
using System.Text.RegularExpressions;
using Cake.MultiStage.Engine;
using Cake.MultiStage.Engine.Containers;

namespace Cake.MultiStage.Checking.Testing;

/// <summary>A test that runs a command in a container of the image, without a network.</summary>
internal sealed record CommandTest(IReadOnlyList<string> Command, Regex? Output, long ExitCode, TimeSpan Timeout)
{
    private const int LongestQuote = 500;

    /// <summary>Gets what is found nowhere in what it prints.</summary>
    public Regex? Without { get; init; }

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public string? User { get; init; }

    public ImageTest ToTest()
    {
        var prints = (Output is null ? "" : $" and prints /{Output}/") + (Without is null ? "" : $" and doesn't print /{Without}/");
        // Values may be secret.
        var with = (User is null ? "" : $" as the user {User}")
            + (Environment.Count == 0 ? "" : $" with {string.Join(", ", Environment.Keys.Order(StringComparer.Ordinal))}");
        return new ImageTest(
            string.Create(CultureInfo.InvariantCulture, $"'{string.Join(' ', Command)}'{with} ends with {ExitCode}{prints}"), RunAsync);
    }

    private async Task<string?> RunAsync(TestedImage image, CancellationToken cancellationToken)
    {
        if (image.Connection is not { } connection)
        {
            return $"it was not run: the image lies at {image.Measured.Image.Place}, and only an engine can run it.";
        }

        var description = new ContainerDescription(image.Measured.Image.Id.ToString())
        {
            Purpose = ImageTester.Id,
            Entrypoint = [Command[0]],
            Arguments = [.. Command.Skip(1)],
            Environment = Environment,
            User = User,
        };
        StartedContainer container;
        try
        {
            container = await StartedContainer.StartAsync(connection, description, cancellationToken);
        }
        catch (EngineException exception) when (exception.Refusal is { } refusal)
        {
            return $"it could not be started: {refusal}";
        }

        await using (container)
        {
            return await WatchAsync(container, cancellationToken);
        }
    }

    private async Task<string?> WatchAsync(StartedContainer container, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Timeout);
        long exitCode;
        try
        {
            exitCode = await container.WaitAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return string.Create(CultureInfo.InvariantCulture, $"it still ran after {Timeout.TotalSeconds:0.##} s.");
        }

        var output = container.Output.ToString();
        return RuntimeRefusal.In(output) is { } refusal ? $"it could not be started: {refusal}"
            : exitCode != ExitCode ? string.Create(CultureInfo.InvariantCulture, $"it ended with {exitCode}.{Printed(output)}")
            : Output?.IsMatch(output) == false || Without?.IsMatch(output) == true ? Printed(output).TrimStart()
            : null;
    }

    private static string Printed(string output) =>
        $" It printed '{LogText.Clean(output.Length > LongestQuote ? output[..LongestQuote] + "…" : output.TrimEnd())}'.";
}
